/*
 * Kinds of files that exist to run something and that nobody sends by mail: a note by kind, whatever is
 * inside. Scripts, shortcuts and documents have looks of their own.
 */
#include "bytes.h"
#include "content.h"
#include "../../common/arena.h"

#include <string.h>

static const struct {
    const char *ext; /* "" = any name */
    const char *magic;
    size_t n; /* of magic; 0 = by the name alone */
    double score;
} kinds[] = {
    {"", "ITSF", 4, 4.0},   /* compiled help */
    {"", "?_\3\0", 4, 4.0}, /* the help of old */
    {".xll", "", 0, 5.0},   /* a library that Excel loads */
    {".wll", "", 0, 5.0},      {".cpl", "", 0, 5.0},          {".scr", "", 0, 5.0},
    {".msc", "<?xml", 5, 4.0}, {".msi", "", 0, 4.0},          {".msix", "", 0, 4.0},
    {".appx", "", 0, 4.0},     {".appinstaller", "", 0, 5.0}, {".application", "", 0, 5.0},
    {".vhd", "", 0, 4.0},      {".vhdx", "", 0, 4.0},         {".img", "", 0, 2.0},
    {".iso", "", 0, 2.5},      {".udf", "", 0, 3.0},          {".jnlp", "", 0, 4.0},
    {".jar", "", 0, 3.5},      {".reg", "", 0, 4.0},          {".slk", "ID;P", 4, 3.0},
    {".iqy", "", 0, 5.0},      {".rdp", "", 0, 4.0},          {".ppkg", "", 0, 4.0},
    {".diagcab", "", 0, 5.0},  {".gadget", "", 0, 5.0},
};

static bool
is(size_t i, const struct content_file *f)
{
    return (!*kinds[i].ext || bytes_ext(f->name, kinds[i].ext)) && f->n >= kinds[i].n &&
           memcmp(f->p, kinds[i].magic, kinds[i].n) == 0;
}

static bool
wants(const struct content_file *f)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(i, f))
            return true;
    return false;
}

static void
run(struct content *c, const struct content_file *f)
{
    size_t i = 0;
    while (!is(i, f))
        i++;
    content_finding(c, f, "risky-file", "", kinds[i].score, f->name);
}

const struct content_look look_risky = {.name = "risky",
                                        .help = "Kinds of files that exist to run something",
                                        .wants = wants,
                                        .run = run};
