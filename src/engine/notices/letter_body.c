#include "letter_body.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/i18n.h"

#define T(s) i18n_tr(cat, s)

/* Mail programs know no classes: each element has its style. Colours keep their contrast when a program turns
 * a mail dark. Dark programs that keep our colours show a light sheet. */
#define FONT                                                                                       \
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Hiragino Sans','Noto Sans JP',Meiryo," \
    "'Noto Sans',sans-serif;"
#define INK "color:#1b2226;"
#define QUIET "color:#55626a;"
#define ACCENT "#0b6570"
#define TABLE "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\""

static void
escape(struct buf *b, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&':
            buf_str(b, "&amp;");
            break;
        case '<':
            buf_str(b, "&lt;");
            break;
        case '>':
            buf_str(b, "&gt;");
            break;
        case '"':
            buf_str(b, "&quot;");
            break;
        case '\n':
            buf_str(b, "<br>\r\n");
            break;
        case '\r':
            break;
        default:
            buf_char(b, *s);
        }
}

/* <TAG style="..">text</TAG> */
static void
element(struct letter_body *b, const char *tag, const char *style, const char *text)
{
    buf_printf(b->html, "<%s style=\"%s\">", tag, style);
    escape(b->html, text);
    buf_printf(b->html, "</%s>\r\n", tag);
}

static void
plain_lines(struct buf *b, const char *text)
{
    for (; *text; text++) {
        if (*text == '\r')
            continue;
        if (*text == '\n')
            buf_char(b, '\r');
        buf_char(b, *text);
    }
}

void
letter_body_facts_end(struct letter_body *b)
{
    if (b->facts) {
        buf_str(b->text, "\r\n");
        buf_str(b->html, "</table>\r\n");
    }
    b->facts = false;
}

void
letter_body_begin(struct letter_body *b, struct arena *a, const char *base, bool plain)
{
    *b = (struct letter_body){.a = a, .base = base, .plain = plain};
    b->text = buf_new(a, 0);
    b->html = buf_new(a, 0);
    b->foot_text = buf_new(a, 0);
    b->foot_html = buf_new(a, 0);
}

void
letter_body_title(struct letter_body *b, const char *text)
{
    letter_body_facts_end(b);
    plain_lines(b->text, text);
    buf_str(b->text, "\r\n\r\n");
    element(b, "h1",
            "margin:0 0 16px;font-size:20px;line-height:1.35;overflow-wrap:anywhere;" FONT INK,
            text);
}

void
letter_body_text(struct letter_body *b, const char *text, bool small)
{
    letter_body_facts_end(b);
    plain_lines(b->text, text);
    buf_str(b->text, "\r\n\r\n");
    element(b, "p",
            small ? "margin:0 0 12px;font-size:14px;line-height:1.5;" FONT QUIET
                  : "margin:0 0 16px;font-size:16px;line-height:1.5;" FONT INK,
            text);
}

/* A letter that is only shown has no base: its links are their words. */
static void
anchor(struct letter_body *b, const char *style, const char *label, const char *base,
       const char *path)
{
    if (!b->base) {
        element(b, "span",
                strstr(style, "text-decoration")
                    ? style
                    : arena_printf(b->a, "%stext-decoration:underline", style),
                label);
        return;
    }
    buf_str(b->html, "<a href=\"");
    escape(b->html, base ? base : b->base);
    escape(b->html, path);
    buf_printf(b->html, "\" style=\"%s\">", style);
    escape(b->html, label);
    buf_str(b->html, "</a>");
}

static const char *
address(struct letter_body *b, const char *base, const char *path)
{
    return b->base ? arena_printf(b->a, "%s%s", base ? base : b->base, path) : "\xe2\x80\xa6";
}

void
letter_body_button(struct letter_body *b, const char *label, const char *path)
{
    letter_body_facts_end(b);
    buf_printf(b->text, "%s:\r\n  %s\r\n\r\n", label, address(b, NULL, path));
    buf_str(b->html,
            TABLE " style=\"margin:0 0 20px\"><tr><td style=\"border-radius:6px\" bgcolor=\"" ACCENT
                  "\">");
    anchor(b,
           "display:inline-block;padding:12px 22px;border-radius:6px;background:" ACCENT
           ";color:#ffffff;font-size:16px;font-weight:600;text-decoration:none;" FONT,
           label, NULL, path);
    buf_str(b->html, "</td></tr></table>\r\n");
}

void
letter_body_fact(struct letter_body *b, const char *label, const char *value)
{
    if (!b->facts)
        buf_str(b->html, TABLE " style=\"margin:0 0 16px\">\r\n");
    b->facts = true;
    buf_printf(b->text, "  %s: %s\r\n", label, value);
    buf_str(b->html, "<tr>");
    element(b, "td",
            "padding:2px 16px 2px 0;vertical-align:top;font-size:14px;line-height:1.5;" FONT QUIET,
            label);
    element(b, "td",
            "padding:2px "
            "0;vertical-align:top;font-size:14px;line-height:1.5;word-break:break-word;" FONT INK,
            value);
    buf_str(b->html, "</tr>\r\n");
}

static void
item_html(struct letter_body *b, const struct letter_item *x)
{
    buf_str(b->html, TABLE
            " width=\"100%\"><tr><td style=\"padding:12px 0;border-top:1px solid #d9dee1\">\r\n");
    if (x->who)
        element(b, "div", "font-size:14px;line-height:1.4;word-break:break-word;" FONT QUIET,
                x->who);
    if (x->head)
        element(b, "div",
                "font-size:16px;line-height:1.4;font-weight:600;word-break:break-word;" FONT INK,
                x->head);
    if (x->note)
        element(b, "div", "font-size:14px;line-height:1.4;" FONT INK, x->note);
    if (x->when)
        element(b, "div", "font-size:14px;line-height:1.4;" FONT QUIET, x->when);
    if (x->nlinks)
        buf_str(b->html, "<div style=\"padding:6px 0 0\">");
    for (int i = 0; i < x->nlinks; i++)
        anchor(b,
               "display:inline-block;padding:6px 18px 6px "
               "0;font-size:16px;font-weight:600;color:" ACCENT ";" FONT,
               x->links[i].label, x->links[i].base, x->links[i].path);
    buf_str(b->html, x->nlinks ? "</div></td></tr></table>\r\n" : "</td></tr></table>\r\n");
}

void
letter_body_item(struct letter_body *b, const struct letter_item *x)
{
    const char *lines[] = {x->who, x->head, x->note, x->when};

    letter_body_facts_end(b);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i])
            buf_printf(b->text, "%s%s\r\n", i == 0 ? "* " : "  ", lines[i]);
    for (int i = 0; i < x->nlinks; i++)
        buf_printf(b->text, "  %s: %s\r\n", x->links[i].label,
                   address(b, x->links[i].base, x->links[i].path));
    buf_str(b->text, "\r\n");
    item_html(b, x);
}

void
letter_body_foot_link(struct letter_body *b, const char *label, const char *path)
{
    struct buf *body = b->html;

    buf_printf(b->foot_text, "%s: %s\r\n", label, address(b, NULL, path));
    b->html = b->foot_html;
    anchor(b, "display:inline-block;color:#55626a;padding:4px 14px 4px 0;" FONT, label, NULL,
           path);
    b->html = body;
}

static void
page(struct letter_body *b, struct buf *out, const char *lang, const char *subject)
{
    buf_printf(out, "<!DOCTYPE html>\r\n<html lang=\"%s\">\r\n<head><meta charset=\"utf-8\">\r\n",
               lang);
    /* No mail program shall make links of what a sender wrote. */
    buf_str(out, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\r\n"
                 "<meta name=\"format-detection\" "
                 "content=\"telephone=no,date=no,address=no,email=no,url=no\">\r\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\r\n<title>");
    escape(out, subject);
    buf_str(
        out,
        "</title></head>\r\n<body style=\"margin:0;padding:0;background:#f2f4f5\">\r\n" TABLE
        " width=\"100%\" style=\"background:#f2f4f5\"><tr><td align=\"center\" "
        "style=\"padding:20px 12px\">\r\n" TABLE
        " width=\"600\" style=\"width:100%;max-width:600px;background:#ffffff;border-radius:8px\">"
        "<tr><td style=\"padding:24px\">\r\n");
    buf_add(out, buf_cstr(b->html), b->html->len);
    buf_str(out, "</td></tr></table>\r\n</td></tr></table>\r\n</body></html>\r\n");
}

void
letter_body_end(struct letter_body *b, const struct letter_head *head, const char *subject,
                const char **text, const char **html)
{
    struct buf *out = buf_new(b->a, 0);
    const struct catalog *cat = head->cat;
    const char *why = i18n_fmt(b->a, T("{org} sent this message to {address}."), "org",
                               head->from_name, "address", head->to, NULL);

    letter_body_facts_end(b);
    if (!b->plain) {
        buf_str(b->text, "-- \r\n");
        buf_str(b->html, "<div style=\"border-top:1px solid #d9dee1;padding:14px 0 0\">\r\n");
        if (b->foot_html->len) {
            buf_add(b->text, buf_cstr(b->foot_text), b->foot_text->len);
            buf_str(b->html, "<p style=\"margin:0 0 8px;font-size:14px;line-height:1.6\">");
            buf_add(b->html, buf_cstr(b->foot_html), b->foot_html->len);
            buf_str(b->html, "</p>\r\n");
        }
        letter_body_text(b, why, true);
        if (head->help && *head->help)
            letter_body_text(
                b, i18n_fmt(b->a, T("Questions? {contact}"), "contact", head->help, NULL), true);
        letter_body_text(b, T("We never ask for your password by e-mail."), true);
        buf_str(b->html, "</div>\r\n");
    }
    page(b, out, i18n_lang(cat), subject);
    *text = buf_cstr(b->text);
    *html = buf_cstr(out);
}
