/* Eval tests about HTML: its tags, colours, pictures, links. */
#include "evals.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The next part with HTML after *i; NULL: there is none. */
static const struct html_info *
next(struct view *v, int *i)
{
    (void)view_text(v);
    while (++*i < v->nparts)
        if (v->parts[*i].html)
            return v->parts[*i].html;
    return NULL;
}
#define EACH_HTML(h) \
    int at = -1;     \
    for (const struct html_info *h; (h = next(v, &at));)

static const struct html_seen *
tag(const struct html_info *h, const char *name)
{
    return names_get(&h->tags, name, strlen(name));
}

bool
eval_html_tag_balance(struct view *v, const struct rule *r)
{
    EACH_HTML(h)
    {
        const struct html_seen *s = tag(h, eval_text(r, 0, ""));
        if (s && eval_compare(s->inside, eval_text(r, 1, "")))
            return true;
    }
    return false;
}

bool
eval_html_tag_exists(struct view *v, const struct rule *r)
{
    EACH_HTML(h)
    if (tag(h, eval_text(r, 0, "")))
        return true;
    return false;
}

bool
eval_html_image_only(struct view *v, const struct rule *r)
{
    EACH_HTML(h)
    if (tag(h, "img") && (double)h->length > eval_number(r, 0, 0) &&
        (double)h->length <= eval_number(r, 1, 0))
        return true;
    return false;
}

bool
eval_html_image_ratio(struct view *v, const struct rule *r)
{
    EACH_HTML(h)
    {
        double ratio = h->image_area > 0 ? (double)h->non_space / h->image_area : -1;
        if (ratio > eval_number(r, 0, 0) && ratio <= eval_number(r, 1, 0))
            return true;
    }
    return false;
}

bool
eval_html_test(struct view *v, const struct rule *r)
{
    const char *what = eval_text(r, 0, "");
    EACH_HTML(h)
    {
        if (strcmp(what, "html") == 0 || (strcmp(what, "embeds") == 0 && h->embeds) ||
            (strcmp(what, "font_face_bad") == 0 && h->bad_face) ||
            (strcmp(what, "font_invalid_color") == 0 && h->invalid_color) ||
            (strcmp(what, "font_low_contrast") == 0 && h->low_contrast) ||
            (strcmp(what, "form_action_mailto") == 0 && h->mailto_form))
            return true;
    }
    return false;
}

/* false: there is no such number. */
static bool
number_of(const struct html_info *h, const char *what, double *out)
{
    double tags = h->ntags ? h->ntags : 1;
    if (strcmp(what, "length") == 0)
        *out = (double)h->length;
    else if (strcmp(what, "max_size") == 0)
        *out = h->max_size;
    else if (strcmp(what, "min_size") == 0)
        *out = h->min_size;
    else if (strcmp(what, "image_area") == 0)
        *out = h->image_area;
    else if (h->ntags == 0)
        return false;
    else if (strcmp(what, "closed_extra_ratio") == 0)
        *out = h->closed_extra / tags;
    else if (strcmp(what, "bad_tag_ratio") == 0 && h->nelements)
        *out = (h->ntags - h->nelements) / tags;
    else if (strcmp(what, "non_element_ratio") == 0 && h->tags_seen && h->elements_seen)
        *out = (double)(h->tags_seen - h->elements_seen) / h->tags_seen;
    else if (strcmp(what, "obfuscation_ratio") == 0 && h->obfuscation)
        *out = h->obfuscation / tags;
    else
        return false;
    return true;
}

bool
eval_html_eval(struct view *v, const struct rule *r)
{
    double x;
    EACH_HTML(h)
    if (number_of(h, eval_text(r, 0, ""), &x) && eval_compare(x, eval_text(r, 1, "")))
        return true;
    return false;
}

bool
eval_html_range(struct view *v, const struct rule *r)
{
    double x, max = strcmp(eval_text(r, 2, "inf"), "inf") == 0 ? 1e300 : eval_number(r, 2, 1e300);
    EACH_HTML(h)
    if (number_of(h, eval_text(r, 0, ""), &x) && x > eval_number(r, 1, 0) && x <= max)
        return true;
    return false;
}

bool
eval_html_text_match(struct view *v, const struct rule *r)
{
    const char *what = eval_text(r, 0, "");
    if (!r->prepared)
        return false;
    EACH_HTML(h)
    {
        const struct spans *all = strcmp(what, "anchor") == 0    ? &h->anchors
                                  : strcmp(what, "comment") == 0 ? &h->comments
                                                                 : &h->titles;
        for (int i = 0; i < all->n; i++)
            if (regex_matches(v->run, r->prepared, all->v[i].p, all->v[i].n))
                return true;
    }
    return false;
}

static size_t
characters(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

bool
eval_html_title_subject_ratio(struct view *v, const struct rule *r)
{
    struct span subject = view_one(v, "Subject");
    if (subject.n == 0)
        return false;
    EACH_HTML(h)
    for (int i = 0; i < h->titles.n; i++)
        if ((double)characters(h->titles.v[i]) / (double)subject.n > eval_number(r, 0, 0))
            return true;
    return false;
}

/* All character sets are welcome. */
bool
eval_html_charset_faraway(struct view *v, const struct rule *r)
{
    (void)v, (void)r;
    return false;
}

bool
eval_check_iframe_src(struct view *v, const struct rule *r)
{
    (void)r;
    EACH_HTML(h)
    for (int i = 0; i < h->nuris; i++)
        if (h->uris[i]->types & URI_IFRAME)
            return true;
    return false;
}

/* ------------------------------------------------------------------ links that say one thing and do another */

/* The host behind "http://" or "https://" in the text; p NULL: none. */
static struct span
host_of(struct span s, bool https_only, bool anywhere)
{
    for (size_t i = 0; i < (anywhere ? s.n : 1) && i < s.n; i++) {
        size_t n = s.n - i >= 8 && strncasecmp(s.p + i, "https://", 8) == 0                 ? 8
                   : !https_only && s.n - i >= 7 && strncasecmp(s.p + i, "http://", 7) == 0 ? 7
                                                                                            : 0;
        if (n == 0)
            continue;
        struct span host = {s.p + i + n, 0};
        while (i + n + host.n < s.n && !strchr("/:?#", host.p[host.n]) && host.p[host.n] &&
               !isspace((unsigned char)host.p[host.n]))
            host.n++;
        return host.n ? host : (struct span){0};
    }
    return (struct span){0};
}

static struct span
domain(struct view *v, struct span host)
{
    struct span d;
    if (!host.p || domain_is_ip(host))
        return (struct span){0};
    d = domain_trim(v->set, v->a, host);
    return domain_valid(v->set, d) && domain_fqdn(d) ? d : (struct span){0};
}

static bool
other_domain(struct view *v, const struct html_uri *u, struct span to)
{
    for (int i = 0; i < u->texts.n; i++) {
        struct span from = domain(v, host_of(u->texts.v[i], true, true));
        if (from.p && (from.n != to.n || memcmp(from.p, to.p, to.n) != 0))
            return true;
    }
    return false;
}

bool
eval_check_https_http_mismatch(struct view *v, const struct rule *r)
{
    double min = eval_number(r, 0, 1), max = eval_number(r, 1, 1e300);
    EACH_HTML(h)
    {
        int anchors = 0;
        bool hit = false;
        for (int i = 0; i < h->nuris; i++) {
            struct span to = h->uris[i]->texts.n ? domain(v, host_of(h->uris[i]->uri, false, false))
                                                 : (struct span){0};
            anchors += to.p != NULL;
            hit |= to.p && other_domain(v, h->uris[i], to);
        }
        if (hit && anchors >= min && anchors < max)
            return true;
    }
    return false;
}

bool
eval_check_https_ip_mismatch(struct view *v, const struct rule *r)
{
    (void)r;
    EACH_HTML(h)
    for (int i = 0; i < h->nuris; i++) {
        struct span host = host_of(h->uris[i]->uri, false, false);
        if (!host.p || !isdigit((unsigned char)*host.p) || !domain_is_ip(host))
            continue;
        for (int k = 0; k < h->uris[i]->texts.n; k++) {
            struct span text = h->uris[i]->texts.v[k], own = host_of(text, true, false);
            if (span_has(text, "https:") && !(own.p && domain_is_ip(own)))
                return true;
        }
    }
    return false;
}
