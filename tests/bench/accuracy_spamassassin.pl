#!/usr/bin/perl
# Scores of SpamAssassin for many mails by one process: rules without network, and Bayes of a given database.
# usage: accuracy_spamassassin.pl BAYES_PATH <LIST; prints: path, score, the part of it that is not Bayes
use strict;
use warnings;
use Mail::SpamAssassin;

my ($bayes) = @ARGV;
my $text = <<"CF";
use_bayes 1
bayes_path $bayes
bayes_auto_learn 0
use_auto_whitelist 0
skip_rbl_checks 1
use_razor2 0
use_pyzor 0
CF
my $sa = Mail::SpamAssassin->new(
    { local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null', post_config_text => $text });
$sa->compile_now(0);
$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    open(my $f, '<', $path) or die "$path: $!";
    my $raw = do { local $/; <$f> };
    close($f);
    my $mail = $sa->parse($raw);
    my $status = $sa->check($mail);
    my $bayes_points = 0;
    for my $t (split /,/, $status->get_names_of_tests_hit()) {
        $bayes_points += $sa->{conf}{scores}{$t} // 0 if $t =~ /^BAYES_/;
    }
    printf "%s\t%.3f\t%.3f\n", $path, $status->get_score(), $status->get_score() - $bayes_points;
    $status->finish();
    $mail->finish();
}
