/*
 * Asset compiler: everything below assets/ that browsers get as one C file, and the message catalogues
 * as another (src/console/web_assets.h and src/common/i18n_builtin.h say what they hold).
 *
 *   assetc assets out.c assets-dir
 *   assetc catalogs out.c mo-dir
 *
 * scss/x.scss (not _x.scss) becomes x.css by libsass; js/ and img/ are taken as they are;
 * icons.txt names the icons of lucide-static that go into icons.svg. Paths carry the first 12 hex
 * digits of the SHA-256. libsass passes some mistakes through silently (@use, @forward, $x inside
 * custom properties and calc), so output that still has them is refused.
 */
#include <ctype.h>
#include <dirent.h>
#include <openssl/sha.h>
#include <sass/context.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct blob {
    unsigned char *p;
    size_t n;
};
struct item {
    char name[128], path[192], etag[40];
    const char *type;
    struct blob data, gz;
};

static struct item items[256];
static int nitems;

static void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void
die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("assetc: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

static void *
grow(void *p, size_t n)
{
    p = realloc(p, n);
    if (!p)
        die("out of memory");
    return p;
}

static void
blob_add(struct blob *b, const void *p, size_t n)
{
    b->p = grow(b->p, b->n + n + 1);
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

static void
blob_text(struct blob *b, const char *s)
{
    blob_add(b, s, strlen(s));
}

static struct blob
slurp(const char *path)
{
    struct blob b = {grow(NULL, 1), 0};
    char part[65536];
    FILE *f = fopen(path, "rb");
    if (!f)
        die("%s: cannot read it", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        blob_add(&b, part, n);
    fclose(f);
    b.p[b.n] = '\0';
    return b;
}

static const char *
type_of(const char *name)
{
    static const char *const types[][2] = {
        {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"}, {".png", "image/png"}, {".ico", "image/x-icon"},
        {".webp", "image/webp"}, {".jpg", "image/jpeg"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (!strcmp(dot, types[i][0]))
            return types[i][1];
    return NULL;
}

static struct blob
compress9(struct blob in)
{
    struct blob out = {0};
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die("deflateInit2");
    size_t cap = deflateBound(&z, in.n) + 64;
    out.p = grow(NULL, cap);
    z.next_in = in.p;
    z.avail_in = (unsigned)in.n;
    z.next_out = out.p;
    z.avail_out = (unsigned)cap;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("deflate");
    out.n = z.total_out;
    deflateEnd(&z);
    if (out.n + out.n / 16 >= in.n) { /* pictures */
        free(out.p);
        out = (struct blob){0};
    }
    return out;
}

static void
add(const char *name, struct blob data)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char hex[13];
    const char *dot = strrchr(name, '.');
    if (nitems == (int)(sizeof items / sizeof *items))
        die("too many files");
    struct item *it = &items[nitems++];
    it->type = type_of(name);
    if (!it->type || !dot)
        die("%s: unknown kind of file", name);
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
            die("%s: only letters, digits, dot, hyphen and underscore in names", name);
    SHA256(data.p, data.n, hash);
    for (int i = 0; i < 6; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    snprintf(it->name, sizeof it->name, "%s", name);
    snprintf(it->path, sizeof it->path, "/a/%.*s.%s%s", (int)(dot - name), name, hex, dot);
    snprintf(it->etag, sizeof it->etag, "\\\"%s\\\"", hex);
    it->data = data;
    it->gz = compress9(data);
}

static int
each_file(const char *dir, void (*fn)(const char *path, const char *name))
{
    struct dirent **list;
    int n = scandir(dir, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[1024];
        if (list[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
            fn(path, list[i]->d_name);
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return n;
}

static void
add_plain(const char *path, const char *name)
{
    add(name, slurp(path));
}

static void
add_scss(const char *path, const char *name)
{
    size_t n = strlen(name);
    if (*name == '_' || n < 6 || strcmp(name + n - 5, ".scss"))
        return;
    struct Sass_File_Context *c = sass_make_file_context(path);
    struct Sass_Options *o = sass_file_context_get_options(c);
    sass_option_set_output_style(o, SASS_STYLE_COMPRESSED);
    sass_option_set_precision(o, 5);
    sass_file_context_set_options(c, o);
    struct Sass_Context *ctx = sass_file_context_get_context(c);
    if (sass_compile_file_context(c))
        die("%s", sass_context_get_error_message(ctx));
    const char *css = sass_context_get_output_string(ctx);
    for (const char *at = css; *at; at++) {
        bool slip = *at == '$' ? at[1] != '=' /* [href$="x"] is CSS */
                               : !strncmp(at, "@use", 4) || !strncmp(at, "@forward", 8);
        if (slip)
            die("%s: libsass passed this through as it is: %.60s", path, at);
    }
    char out[128];
    struct blob b = {0};
    blob_text(&b, css);
    snprintf(out, sizeof out, "%.*s.css", (int)(n - 5), name);
    add(out, b);
    sass_delete_file_context(c);
}

/* The drawing inside <svg ...>...</svg>, without the line breaks between its elements. */
static void
add_symbol(struct blob *sprite, const char *dir, const char *icon)
{
    char path[1024], head[512];
    snprintf(path, sizeof path, "%s/node_modules/lucide-static/icons/%s.svg", dir, icon);
    struct blob svg = slurp(path);
    char *p = strstr((char *)svg.p, "<svg"), *end = p ? strstr(p, "</svg>") : NULL;
    p = p ? strchr(p, '>') : NULL;
    if (!p || !end)
        die("%s: not an icon", path);
    snprintf(head, sizeof head,
             "<symbol id=\"%s\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" "
             "stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\">", icon);
    blob_text(sprite, head);
    bool space = false;
    for (p++; p < end; p++) {
        if (isspace((unsigned char)*p)) {
            space = true;
            continue;
        }
        if (space && *p != '<' && *p != '/')
            blob_add(sprite, " ", 1);
        space = false;
        blob_add(sprite, p, 1);
    }
    blob_text(sprite, "</symbol>");
    free(svg.p);
}

static void
add_icons(const char *dir)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/icons.txt", dir);
    FILE *f = fopen(path, "r");
    if (!f)
        return;
    struct blob sprite = {0};
    char line[128];
    blob_text(&sprite, "<svg xmlns=\"http://www.w3.org/2000/svg\">");
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, " \t\r\n#")] = '\0';
        if (*line)
            add_symbol(&sprite, dir, line);
    }
    fclose(f);
    blob_text(&sprite, "</svg>");
    add("icons.svg", sprite);
}

static void
print_bytes(FILE *out, const char *kind, int i, struct blob b)
{
    fprintf(out, "static const unsigned char %s%d[] = {", kind, i);
    for (size_t k = 0; k < b.n; k++)
        fprintf(out, k % 32 ? "%d," : "\n%d,", b.p[k]);
    fputs("0};\n", out);
}

static FILE *out;
static int ncatalogs;
static char langs[64][32];
static size_t lang_sizes[64];

static void
add_catalog(const char *path, const char *name)
{
    size_t n = strlen(name);
    if (n < 4 || strcmp(name + n - 3, ".mo"))
        return;
    if (ncatalogs == 64)
        die("too many languages");
    struct blob b = slurp(path);
    snprintf(langs[ncatalogs], sizeof langs[0], "%.*s", (int)(n - 3), name);
    lang_sizes[ncatalogs] = b.n;
    print_bytes(out, "catalog", ncatalogs++, b);
    free(b.p);
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->path, ((const struct item *)b)->path);
}

static void
write_assets(const char *assets)
{
    char dir[1024];

    snprintf(dir, sizeof dir, "%s/scss", assets);
    each_file(dir, add_scss);
    snprintf(dir, sizeof dir, "%s/js", assets);
    each_file(dir, add_plain);
    snprintf(dir, sizeof dir, "%s/img", assets);
    each_file(dir, add_plain);
    add_icons(assets);
    qsort(items, (size_t)nitems, sizeof *items, by_path);
    fputs("/* Made by assetc */\n#include \"web_assets.h\"\n\n", out);
    for (int i = 0; i < nitems; i++) {
        print_bytes(out, "data", i, items[i].data);
        if (items[i].gz.n)
            print_bytes(out, "gz", i, items[i].gz);
    }
    fputs("const struct asset web_assets[] = {\n", out);
    for (int i = 0; i < nitems; i++) {
        struct item *it = &items[i];
        fprintf(out, "{\"%s\", \"%s\", \"%s\", \"%s\", data%d, ", it->name, it->path, it->type,
                it->etag, i);
        if (it->gz.n)
            fprintf(out, "gz%d, %zu, %zu},\n", i, it->data.n, it->gz.n);
        else
            fprintf(out, "NULL, %zu, 0},\n", it->data.n);
    }
    fputs("{0}};\n", out);
}

static void
write_catalogs(const char *dir)
{
    fputs("/* Made by assetc */\n#include \"common/i18n_builtin.h\"\n\n", out);
    each_file(dir, add_catalog);
    fputs("const struct i18n_file i18n_files[] = {\n", out);
    for (int i = 0; i < ncatalogs; i++)
        fprintf(out, "{\"%s\", catalog%d, %zu},\n", langs[i], i, lang_sizes[i]);
    fputs("{0}};\n", out);
}

int
main(int argc, char **argv)
{
    bool catalogs = argc == 4 && !strcmp(argv[1], "catalogs");

    if (!catalogs && (argc != 4 || strcmp(argv[1], "assets"))) {
        fputs("usage: assetc assets out.c assets-dir | catalogs out.c mo-dir\n", stderr);
        return 2;
    }
    out = fopen(argv[2], "w");
    if (!out)
        die("%s: cannot write it", argv[2]);
    if (catalogs)
        write_catalogs(argv[3]);
    else
        write_assets(argv[3]);
    if (fflush(out) || ferror(out) || fclose(out))
        die("%s: cannot write it", argv[2]);
    return 0;
}
