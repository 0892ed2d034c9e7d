# Mail::SpamAssassin as an oracle of rules: rules_oracle.pl RULES SITE FILE... or, for long lists,
# rules_oracle.pl RULES SITE - (one file a line on standard input). RULES and SITE are folders of rule
# files. Prints a line per mail: file, tab, all rules that hit (those with __, too) with blanks between.
# Local tests only, no Bayes: what a confined worker can know.
use strict;
use warnings;
use Mail::SpamAssassin;

my ( $rules, $site, @files ) = @ARGV;
if ( @files == 1 && $files[0] eq '-' ) {
    @files = <STDIN>;
    chomp @files;
}
my $sa = Mail::SpamAssassin->new(
    {
        rules_filename       => $rules,
        site_rules_filename  => $site,
        userprefs_filename   => '/dev/null',
        userstate_dir        => '/nonexistent',
        local_tests_only     => 1,
        dont_copy_prefs      => 1,
        post_config_text     => "use_bayes 0\nuse_auto_welcomelist 0\nuse_txrep 0\nlock_method flock\n",
    }
);
$sa->init(0);
$| = 1;
for my $file (@files) {
    open my $f, '<:raw', $file or die "$file: $!";
    my $text = do { local $/; <$f> };
    close $f;
    my $mail   = $sa->parse( \$text, 1 );
    my $status = $sa->check($mail);
    my %hit    = map { $_ => 1 }
      grep { length } split /,/,
      $status->get_names_of_tests_hit . ',' . $status->get_names_of_subtests_hit;
    print "$file\t", join( ' ', sort keys %hit ), "\n";
    $status->finish;
    $mail->finish;
}
