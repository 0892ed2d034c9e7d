#include "program_risk.h"
#include "bytes.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

/* Lower case. whole: not inside a longer name. */
static const struct {
    const char *word;
    enum risk_kind kind;
    bool whole;
} words[] = {
    {"autoexec", RISK_AUTO, true},
    {"autoopen", RISK_AUTO, true},
    {"auto_open", RISK_AUTO, true},
    {"autoclose", RISK_AUTO, true},
    {"auto_close", RISK_AUTO, true},
    {"autonew", RISK_AUTO, true},
    {"autoexit", RISK_AUTO, true},
    {"document_open", RISK_AUTO, true},
    {"documentopen", RISK_AUTO, true},
    {"document_close", RISK_AUTO, true},
    {"document_beforeclose", RISK_AUTO, true},
    {"document_new", RISK_AUTO, true},
    {"workbook_open", RISK_AUTO, true},
    {"workbook_activate", RISK_AUTO, true},
    {"workbook_beforeclose", RISK_AUTO, true},
    {"worksheet_activate", RISK_AUTO, true},
    {"worksheet_calculate", RISK_AUTO, true},
    {"_painted", RISK_AUTO, false},
    {"inkpicture", RISK_AUTO, false},
    {"_layout", RISK_AUTO, false},

    {"shell", RISK_RUN, true},
    {"wscript.shell", RISK_RUN, false},
    {"shell.application", RISK_RUN, false},
    {"shellexecute", RISK_RUN, false},
    {"createprocess", RISK_RUN, false},
    {"winexec", RISK_RUN, true},
    {"win32_process", RISK_RUN, false},
    {"winmgmts", RISK_RUN, false},
    {"powershell", RISK_RUN, false},
    {"cmd.exe", RISK_RUN, false},
    {"cmd /", RISK_RUN, false},
    {"mshta", RISK_RUN, false},
    {"rundll32", RISK_RUN, false},
    {"regsvr32", RISK_RUN, false},
    {"wscript.exe", RISK_RUN, false},
    {"cscript", RISK_RUN, false},
    {"invoke-expression", RISK_RUN, false},
    {"iex", RISK_RUN, true},
    {"start-process", RISK_RUN, false},
    {"createthread", RISK_RUN, false},
    {"virtualalloc", RISK_RUN, false},
    {"rtlmovememory", RISK_RUN, false},
    {"macscript", RISK_RUN, true},
    {"applescripttask", RISK_RUN, true},
    {"vbe.activevbproject", RISK_RUN, false},
    {".exec(", RISK_RUN, false},
    {"msiexec", RISK_RUN, false},
    {"bitsadmin", RISK_FETCH, false},

    {"urldownloadtofile", RISK_FETCH, false},
    {"xmlhttp", RISK_FETCH, false},
    {"winhttp", RISK_FETCH, false},
    {"internetopenurl", RISK_FETCH, false},
    {"downloadfile", RISK_FETCH, false},
    {"downloadstring", RISK_FETCH, false},
    {"downloaddata", RISK_FETCH, false},
    {"invoke-webrequest", RISK_FETCH, false},
    {"invoke-restmethod", RISK_FETCH, false},
    {"net.webclient", RISK_FETCH, false},
    {"start-bitstransfer", RISK_FETCH, false},
    {"certutil", RISK_FETCH, false},
    {"curl ", RISK_FETCH, false},
    {"iwr ", RISK_FETCH, false},
    {"wget ", RISK_FETCH, false},

    {"adodb.stream", RISK_WRITE, false},
    {"savetofile", RISK_WRITE, false},
    {"createtextfile", RISK_WRITE, false},
    {"writeallbytes", RISK_WRITE, false},
    {"for binary", RISK_WRITE, false},
    {"for output", RISK_WRITE, false},
    {"out-file", RISK_WRITE, false},
    {"environ(", RISK_WRITE, false},
    {"%temp%", RISK_WRITE, false},
    {"%appdata%", RISK_WRITE, false},

    {"strreverse", RISK_HIDE, true},
    {"frombase64string", RISK_HIDE, false},
    {"-enc", RISK_HIDE, true},
    {"-encodedcommand", RISK_HIDE, false},
    {"bin.base64", RISK_HIDE, false},
    {"fromcharcode", RISK_HIDE, false},
    {"executeglobal", RISK_HIDE, true},
    {"eval", RISK_HIDE, true},
    {"unescape", RISK_HIDE, true},
    {"callbyname", RISK_HIDE, true},
    {"-w hidden", RISK_HIDE, false},
    {"-windowstyle hidden", RISK_HIDE, false},
    {"xor", RISK_HIDE, true},

    {"currentversion\\run", RISK_PERSIST, false},
    {"regwrite", RISK_PERSIST, false},
    {"schtasks", RISK_PERSIST, false},
    {"\\startup\\", RISK_PERSIST, false},
    {"virtualprotect", RISK_PERSIST, false},
};

static bool
name_char(unsigned char c)
{
    return isalnum(c) || c == '_' || c >= 0x80;
}

static bool
has_word(const unsigned char *p, size_t n, const char *word, bool whole)
{
    const unsigned char *end = p + n, *at = p;
    size_t len = strlen(word);
    while ((at = bytes_find(at, (size_t)(end - at), word))) {
        bool inside = (at > p && name_char(at[-1])) || (at + len < end && name_char(at[len]));
        if (!whole || !inside)
            return true;
        at++;
    }
    return false;
}

static bool
is_everyday(const char *word)
{
    static const char *const everyday[] = {".exec(",       "shell", "xmlhttp",  "curl ", "wget ",
                                           "fromcharcode", "eval",  "unescape", "xor"};
    for (size_t i = 0; i < sizeof everyday / sizeof *everyday; i++)
        if (strcmp(everyday[i], word) == 0)
            return true;
    return false;
}

static void
read_words(struct risk *r, const void *text, size_t n, bool web)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        enum risk_kind k = words[i].kind;
        if ((web && is_everyday(words[i].word)) ||
            !has_word(text, n, words[i].word, words[i].whole))
            continue;
        r->count[k]++;
        if (!r->first[k])
            r->first[k] = words[i].word;
    }
}

void
risk_read(struct risk *r, const void *text, size_t n)
{
    read_words(r, text, n, false);
}

void
risk_read_web(struct risk *r, const void *text, size_t n)
{
    read_words(r, text, n, true);
}

void
risk_add(struct risk *to, const struct risk *from)
{
    for (int k = 0; k < RISK_KINDS; k++) {
        to->count[k] += from->count[k];
        if (!to->first[k])
            to->first[k] = from->first[k];
    }
}

const char *
risk_words(struct arena *a, const struct risk *r)
{
    struct buf *b = buf_new(a, 0);
    for (int k = 0; k < RISK_KINDS; k++)
        if (r->first[k])
            buf_printf(b, "%s%s", b->len ? ", " : "", r->first[k]);
    return buf_cstr(b);
}

bool
risk_drops(const struct risk *r)
{
    return r->count[RISK_RUN] && (r->count[RISK_FETCH] || r->count[RISK_WRITE]);
}
