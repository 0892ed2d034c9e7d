/* T-E2: the language of texts that were written for this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "engine/text/language.h"

static const struct {
    const char *code, *text;
} texts[] = {
    {"en", "Hello Anna, the meeting is moved to Thursday. Please tell me if you can come, and "
           "bring the report from last week."},
    {"en", "Your order has been sent and will be with you on Monday."},
    {"de", "Guten Tag, die Sitzung wird auf Donnerstag verschoben. Bitte sagen Sie mir, ob Sie "
           "kommen können, und bringen Sie den Bericht mit."},
    {"de", "Ihre Bestellung wurde verschickt und ist am Montag bei Ihnen."},
    {"fr", "Bonjour, la réunion est reportée à jeudi. Merci de me dire si vous pouvez venir avec "
           "le rapport de la semaine dernière."},
    {"es", "Hola, la reunión se ha cambiado al jueves. Por favor dígame si usted puede venir y "
           "traiga el informe de la semana pasada."},
    {"it", "Buongiorno, la riunione è spostata a giovedì. Mi dica per favore se può venire con il "
           "rapporto della settimana che è passata."},
    {"pt", "Olá, a reunião foi adiada para quinta-feira. Por favor diga se você pode vir e traga o "
           "relatório da semana passada, não do mês."},
    {"nl", "Goedemorgen, de vergadering is verplaatst naar donderdag. Kunt u mij laten weten of u "
           "komt, en neem het rapport van vorige week mee."},
    {"sv", "Hej, mötet är flyttat till torsdag. Säg till om du inte kan komma, och ta med "
           "rapporten från förra veckan så att vi kan läsa den."},
    {"pl", "Dzień dobry, spotkanie zostało przesunięte na czwartek. Proszę dać znać, czy może Pan "
           "przyjść, i nie zapomnieć o raporcie z tego tygodnia."},
    {"tr", "Merhaba, toplantı perşembe gününe alındı. Lütfen gelip gelemeyeceğinizi bildirin ve bu "
           "hafta için olan raporu da getirin."},
    {"ru", "Здравствуйте, встреча перенесена на четверг. Скажите, пожалуйста, если вы не сможете "
           "прийти, и возьмите отчёт за неделю."},
    {"uk", "Добрий день, зустріч перенесено на четвер. Скажіть, будь ласка, якщо ви не зможете "
           "прийти, та візьміть звіт за тиждень."},
    {"ja", "お世話になっております。会議は木曜日に変更になりました。ご都合をお知らせください。"},
    {"ja", "請求書を添付いたします。ご確認の上、ABC Corporation までご連絡ください。"},
    {"zh", "您好，会议改到星期四。请告诉我您能不能来，并带上上周的报告。"},
    {"zh", "您好，會議改到星期四。請告訴我您能不能來，並帶上上週的報告。"},
    {"ko", "안녕하세요. 회의가 목요일로 변경되었습니다. 참석 가능 여부를 알려 주세요."},
    {"el", "Καλημέρα, η συνάντηση μεταφέρθηκε για την Πέμπτη. Πείτε μου αν μπορείτε να έρθετε."},
    {"he", "שלום, הפגישה נדחתה ליום חמישי. אנא הודיעו לי אם תוכלו להגיע."},
    {"ar", "مرحبا، تم تأجيل الاجتماع إلى يوم الخميس. أرجو إبلاغي إذا كنت تستطيع الحضور."},
    {"th", "สวัสดีครับ การประชุมเลื่อนไปเป็นวันพฤหัสบดี กรุณาแจ้งให้ทราบด้วย"},
    {"", ""},
    {"", "12345 67890 !!!"},
    {"", "OK"},
    {"", "https://example.com/index.html"},
    {"", "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor"},
};

static void
languages_are_told_apart(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *got = text_language(texts[i].text, strlen(texts[i].text));
        if (strcmp(got, texts[i].code) != 0) {
            print_error("%s: \"%s\", wanted \"%s\"\n", texts[i].text, got, texts[i].code);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages_are_told_apart)};
    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
