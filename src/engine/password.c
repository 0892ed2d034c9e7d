#include "password.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/settings.h"

#include <libscrypt.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LOG_N 17
#define R 8
#define P 1
#define WAIT_SECONDS 10
#define NEWEST "$s1$110801$" /* the parameters above, as MCF text has them */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int running;

static int
begin(struct err *e)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&lock);
    while (running >= settings_int(SET_password_threads) && rc == 0)
        rc = pthread_cond_timedwait(&freed, &lock, &until);
    if (rc == 0)
        running++;
    pthread_mutex_unlock(&lock);
    return rc ? err_set(e, ERR_ENV, "password-busy",
                        "too many sign-ins at once, try again in a moment")
              : 0;
}

static void
end(void)
{
    pthread_mutex_lock(&lock);
    running--;
    pthread_cond_signal(&freed);
    pthread_mutex_unlock(&lock);
}

int
password_hash(struct arena *a, const char *password, char **mcf, struct err *e)
{
    size_t n = strlen(password);
    if (n == 0 || n > PASSWORD_MAX)
        return err_set(e, ERR_INPUT, "password", "a password has 1 to %d bytes", PASSWORD_MAX);
    char *text = arena_strdup(a, password);
    if (begin(e))
        return -1;
    *mcf = arena_alloc(a, SCRYPT_MCF_LEN + 1);
    int good = libscrypt_hash(*mcf, text, 1ul << LOG_N, R, P); /* salt from /dev/urandom */
    end();
    explicit_bzero(text, n);
    return good ? 0 : err_set(e, ERR_ENV, "password", "the password could not be hashed (memory?)");
}

/* Parameters of another program's hash could take hours or all memory: at most four times the
 * memory and the work of today's. */
static bool
plausible(const char *mcf)
{
    unsigned n, r, p;
    if (strlen(mcf) >= SCRYPT_MCF_LEN || sscanf(mcf, "$s1$%2x%2x%2x$", &n, &r, &p) != 3)
        return false;
    return n >= 1 && n <= LOG_N + 5 && r >= 1 && p >= 1 &&
           ((uint64_t)r << n) <= ((uint64_t)R << (LOG_N + 2)) &&
           ((uint64_t)r * p << n) <= ((uint64_t)R * P << (LOG_N + 2));
}

int
password_verify(struct arena *a, const char *password, const char *mcf, bool *old, struct err *e)
{
    /* Nobody's password: an unknown account costs the same work as a known one. */
    static const char dummy[] =
        "$s1$110801$AAAAAAAAAAAAAAAAAAAAAA==$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    bool real = mcf && plausible(mcf) && strlen(password) <= PASSWORD_MAX && *password;
    char *copy = arena_alloc(a, SCRYPT_MCF_LEN + 1),
         *text = arena_strndup(a, password, PASSWORD_MAX);
    snprintf(copy, SCRYPT_MCF_LEN + 1, "%s", real ? mcf : dummy);
    *old = real && strncmp(mcf, NEWEST, strlen(NEWEST)) != 0;
    if (begin(e))
        return -1;
    int right = libscrypt_check(copy, text); /* destroys copy */
    end();
    explicit_bzero(text, strlen(text));
    return real && right > 0;
}
