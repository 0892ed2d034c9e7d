/*
 * TLS 1.2 and 1.3 by OpenSSL on a connection that Kore believes to be plain. The key is read as
 * root in the parent, so the workers never see the file. Read and write follow Kore's net_*_tls
 * contract: on WANT_* the event flag is cleared and the same buffer is tried again.
 */
#include "console.h"

#include "../common/err.h"
#include "../common/settings.h"

#include <kore/kore.h>

static SSL_CTX *ctx;

static int
alpn(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *in, unsigned len,
     void *arg)
{
    static const unsigned char http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto((unsigned char **)out, n, http11, sizeof http11, in, len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_TLSEXT_ERR_OK;
}

int
console_tls_load(struct err *e)
{
    const char *cert = settings_text(SET_tls_certificate), *key = settings_text(SET_tls_key);
    if (!*cert && !*key)
        return 0;
    if (!*cert || !*key)
        return err_set(e, ERR_INPUT, "tls", "tls_certificate and tls_key belong together: set both");
    ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx)
        bug("SSL_CTX_new");
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(ctx, alpn, NULL);
    if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
        return err_set(e, ERR_INPUT, "tls", "tls_certificate: cannot read a PEM chain from %s", cert);
    if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1)
        return err_set(e, ERR_INPUT, "tls", "tls_key: %s is not the key of the certificate", key);
    return 0;
}

static int
tls_read(struct connection *c, size_t *bytes)
{
    ERR_clear_error();
    int r = SSL_read(c->ssl, c->rnb->buf + c->rnb->s_off, (int)(c->rnb->b_len - c->rnb->s_off));
    *bytes = 0;
    if (r > 0) {
        *bytes = (size_t)r;
        return KORE_RESULT_OK;
    }
    int why = SSL_get_error(c->ssl, r);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        return KORE_RESULT_ERROR;
    c->evt.flags &= ~KORE_EVENT_READ;
    return KORE_RESULT_OK;
}

static int
tls_write(struct connection *c, size_t len, size_t *written)
{
    ERR_clear_error();
    int r = SSL_write(c->ssl, c->snb->buf + c->snb->s_off, (int)len);
    *written = 0;
    if (r > 0) {
        *written = (size_t)r;
        return KORE_RESULT_OK;
    }
    int why = SSL_get_error(c->ssl, r);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        return KORE_RESULT_ERROR;
    c->evt.flags &= ~KORE_EVENT_WRITE;
    c->snb->flags |= NETBUF_MUST_RESEND;
    return KORE_RESULT_OK;
}

bool
console_tls_accept(struct connection *c)
{
    if (!ctx)
        return false;
    c->ssl = SSL_new(ctx);
    if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1)
        bug("SSL_new");
    SSL_set_accept_state(c->ssl);
    c->read = tls_read;
    c->write = tls_write;
    return true;
}

int
console_tls_shake(struct connection *c)
{
    ERR_clear_error();
    int r = SSL_accept(c->ssl);
    if (r > 0)
        return 1;
    int why = SSL_get_error(c->ssl, r);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 2 : 0;
}
