/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes that NTS code and the messages between the roles share. */
#ifndef HORA_NTS_LIMITS_H
#define HORA_NTS_LIMITS_H

#define NTS_COOKIES 8		/* kept by a client, sent by a server (RFC 8915 5.7) */
#define NTS_COOKIE_MAX 256	/* longest cookie that is kept */
#define NTS_KEY_MAX 32		/* longest C2S or S2C key: AES-SIV-CMAC-256 */
#define NTS_RING_KEYS 4		/* two old keys, the current one, the next */

/* AEAD numbers (IANA AEAD registry). */
#define AEAD_AES_SIV_CMAC_256 15
#define AEAD_AES_128_GCM_SIV 30

#define MAC_KEY_MAX 2048	/* bytes of a symmetric key: more than a line of the
				 * key file holds */

#endif
