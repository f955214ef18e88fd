/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filter says of a call, by the rules of the kernel (seccomp(2), classic
 * BPF): filters of architectures that are not this machine's can be asked so.
 */
#ifndef HORA_TESTS_BPF_H
#define HORA_TESTS_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BPF_BROKEN 1u		/* no verdict of the kernel's */

static inline uint32_t bpf_alu(uint16_t code, uint32_t a, uint32_t by)
{
	switch (BPF_OP(code)) {
	case BPF_AND:
		return a & by;
	case BPF_OR:
		return a | by;
	case BPF_ADD:
		return a + by;
	case BPF_RSH:
		return a >> (by & 31);
	case BPF_LSH:
		return a << (by & 31);
	}
	return 0;
}

static inline int bpf_jumps(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JGE:
		return a >= k;
	case BPF_JSET:
		return (a & k) != 0;
	}
	return 0;
}

/* The verdict (SECCOMP_RET_*) of `count` instructions. */
static inline uint32_t bpf_run(const struct sock_filter *program, size_t count,
    const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t i = 0; i < count; i++) {
		const struct sock_filter *f = &program[i];

		switch (BPF_CLASS(f->code)) {
		case BPF_LD:
			if (f->k > sizeof(*data) - sizeof(a))
				return BPF_BROKEN;
			memcpy(&a, (const char *)data + f->k, sizeof(a));
			break;
		case BPF_ALU:
			a = bpf_alu(f->code, a, f->k);
			break;
		case BPF_JMP:
			if (BPF_OP(f->code) == BPF_JA)
				i += f->k;
			else
				i += bpf_jumps(f->code, a, f->k) ? f->jt : f->jf;
			break;
		case BPF_RET:
			return f->k;
		default:
			return BPF_BROKEN;
		}
	}
	return BPF_BROKEN;
}

#endif
