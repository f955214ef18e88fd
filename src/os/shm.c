/* SPDX-License-Identifier: Apache-2.0 */
#include "os/shm.h"

#include "os/scoped.h"
#include "os/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_TRIES 1000
#define PAYLOAD_WORDS 64	/* longest payload of a sequence lock */

int shm_create(const char *name, size_t size, int *ret_fd)
{
	scoped_fd fd = -1;
	int rc = nameless_file(name, &fd);

	if (rc)
		return rc;
	/* Readers get a read-only descriptor of their own: the mode keeps them
	 * from opening it again for writing, unless they are the owner. */
	if (ftruncate(fd, (off_t)size) < 0 || fchmod(fd, 0444) < 0)
		return -errno;
	/* No seal on the temporary file that stands in for a memory file. */
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

int shm_open_readonly(int fd, int *ret_fd)
{
	char path[64];
	int copy;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	copy = open(path, O_RDONLY | O_CLOEXEC);
	if (copy < 0)
		return -errno;
	*ret_fd = copy;
	return 0;
}

int shm_map(int fd, size_t size, bool is_writable, void **ret)
{
	off_t end = lseek(fd, 0, SEEK_END);	/* as sealed_read */
	void *map;

	if (end < 0)
		return -errno;
	if ((uintmax_t)end < size || size == 0)
		return -EINVAL;
	map = mmap(NULL, size, is_writable ? PROT_READ | PROT_WRITE : PROT_READ,
	    MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	*ret = map;
	return 0;
}

void shm_unmap(void *map, size_t size)
{
	if (map)
		munmap(map, size);
}

static size_t word_bytes(size_t n, size_t i)
{
	return n - 8 * i < 8 ? n - 8 * i : 8;
}

void seqlock_write(struct seqlock *lock, _Atomic uint64_t *words,
    const void *payload, size_t n)
{
	/* Odd already when the writer before us died half-way. */
	uint32_t odd = atomic_load_explicit(&lock->sequence,
	    memory_order_relaxed) | 1;

	atomic_store_explicit(&lock->sequence, odd, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	for (size_t i = 0; 8 * i < n; i++) {
		uint64_t word = 0;

		memcpy(&word, (const uint8_t *)payload + 8 * i,
		    word_bytes(n, i));
		atomic_store_explicit(&words[i], word, memory_order_relaxed);
	}
	atomic_store_explicit(&lock->sequence, odd + 1, memory_order_release);
}

bool seqlock_read(const struct seqlock *lock, const _Atomic uint64_t *words,
    void *payload, size_t n)
{
	uint64_t copy[PAYLOAD_WORDS];

	if (n > sizeof(copy))
		return false;
	for (int i = 0; i < READ_TRIES; i++) {
		uint32_t before = atomic_load_explicit(&lock->sequence,
		    memory_order_acquire);

		if (before & 1)
			continue;
		for (size_t k = 0; 8 * k < n; k++)
			copy[k] = atomic_load_explicit(&words[k],
			    memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&lock->sequence,
		    memory_order_relaxed) != before)
			continue;
		for (size_t k = 0; 8 * k < n; k++)
			memcpy((uint8_t *)payload + 8 * k, &copy[k],
			    word_bytes(n, k));
		return true;
	}
	return false;
}
