# Mail::DKIM as an oracle: dkim_oracle.pl sign|verify DIR (see test_dkim_oracles.c).
use strict;
use warnings;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my ( $what, $dir ) = @ARGV;
my %keys;

sub slurp {
    my ($path) = @_;
    open my $f, '<:raw', $path or die "$path: $!";
    local $/;
    my $text = <$f>;
    return $text;
}

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ( $name, $type ) = @_;
    my $text = $keys{$name};
    $@ = defined $text ? '' : 'NXDOMAIN';
    return unless defined $text;
    return Net::DNS::RR->new( name => $name, type => 'TXT', txtdata => [ unpack '(A250)*', $text ] );
};

if ( $what eq 'sign' ) {
    for my $plain ( sort glob "$dir/plain-*" ) {
        my $mail = slurp($plain);
        for my $c (qw(simple/simple simple/relaxed relaxed/simple relaxed/relaxed)) {
            my $s = Mail::DKIM::Signer->new(
                Algorithm => 'rsa-sha256',
                Method    => $c,
                Domain    => 'example.com',
                Selector  => 'r',
                KeyFile   => "$dir/rsa.pem"
            );
            $s->PRINT($mail);
            $s->CLOSE;
            ( my $name = $plain . "-$c-r" ) =~ s{/plain-}{/pl-};
            $name =~ s{(simple|relaxed)/(simple|relaxed)-r$}{$1-$2-r};
            open my $f, '>:raw', $name or die "$name: $!";
            print $f $s->signature->as_string, "\r\n", $mail;
            close $f;
        }
    }
}
else {
    for ( split /\n/, slurp("$dir/keys") ) {
        my ( $name, $text ) = split /\t/, $_, 2;
        $keys{$name} = $text;
    }
    for my $case ( sort glob "$dir/case-*" ) {
        my $v = Mail::DKIM::Verifier->new;
        my $ok = eval { $v->PRINT( slurp($case) ); $v->CLOSE; $v->result eq 'pass' };
        ( my $name = $case ) =~ s{.*/}{};
        print "$name ", $ok ? "pass" : "fail", "\n";
    }
}
