/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shared memory: horad creates it, one role writes, others read. What one
 * process counted so survives its death (docs/design.md decision 10).
 */
#ifndef HORA_OS_SHM_H
#define HORA_OS_SHM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * New shared memory of `size` bytes, all zero, whose size nobody can change.
 * *ret_fd reads and writes, is close-on-exec and the caller's. The user that
 * makes it owns it, and can open any descriptor of it again for writing: readers
 * are held to reading when it was made by another user, as root. 0, or -errno.
 */
int shm_create(const char *name, size_t size, int *ret_fd);

/* A second descriptor of the same memory that only reads. 0, or -errno. */
int shm_open_readonly(int fd, int *ret_fd);

/*
 * Map `size` bytes of fd; fd may be closed afterwards. 0, -EINVAL when the
 * memory is smaller than `size`, or -errno.
 */
int shm_map(int fd, size_t size, bool is_writable, void **ret);

/* NULL is allowed. */
void shm_unmap(void *map, size_t size);

/*
 * A sequence lock: one writer, any number of readers that never block it. The
 * payload follows as whole 8-byte words.
 *
 *	struct time_ref_page {
 *		struct seqlock lock;
 *		_Atomic uint64_t words[SEQLOCK_WORDS(struct time_ref)];
 *	};
 */
struct seqlock {
	_Atomic uint32_t sequence;	/* odd while the writer is at work */
	uint32_t unused;
};

#define SEQLOCK_WORDS(type) ((sizeof(type) + 7) / 8)

/* Publish n bytes of `payload`; also right after a writer died half-way. */
void seqlock_write(struct seqlock *lock, _Atomic uint64_t *words,
    const void *payload, size_t n);

/*
 * Copy the payload as it was at one moment. False, and nothing written, when
 * no quiet moment was found in a bounded number of tries (the writer died
 * half-way): the reader goes on with what it had.
 */
bool seqlock_read(const struct seqlock *lock, const _Atomic uint64_t *words,
    void *payload, size_t n);

#endif
