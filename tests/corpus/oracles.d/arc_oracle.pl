# Mail::DKIM as an oracle of ARC: arc_oracle.pl seal|verify DIR (see test_arc_oracles.c).
use strict;
use warnings;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::ARC::Verifier;
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

for ( split /\n/, slurp("$dir/keys") ) {
    my ( $name, $text ) = split /\t/, $_, 2;
    $keys{$name} = $text;
}
if ( $what eq 'seal' ) {
    for my $plain ( sort glob "$dir/plain-*" ) {
        my $mail = slurp($plain);
        for my $n ( 1 .. 3 ) {
            my $state = $n == 1 ? 'none' : 'pass';
            my $s = Mail::DKIM::ARC::Signer->new(
                Algorithm => 'rsa-sha256',
                Chain     => $state,
                Domain    => 'example.com',
                SrvId     => 'gw.example',
                Selector  => 'r',
                KeyFile   => "$dir/rsa.pem",
                Headers   => 'From:To:Subject:Date:Message-ID'
            );
            $s->PRINT("Authentication-Results: gw.example; arc=$state; spf=none smtp.mailfrom=a.example\r\n$mail");
            $s->CLOSE;
            die 'not sealed: ' . $s->result_detail unless $s->result eq 'sealed';
            $mail = join( "\r\n", $s->as_strings ) . "\r\n" . $mail;
            ( my $name = $plain ) =~ s{/plain-}{/pl-};
            open my $f, '>:raw', "$name-$n" or die "$name: $!";
            print $f $mail;
            close $f;
        }
    }
}
else {
    for my $case ( sort glob "$dir/case-*" ) {
        my $v = Mail::DKIM::ARC::Verifier->new;
        my $ok = eval { $v->PRINT( slurp($case) ); $v->CLOSE; $v->result } || 'fail';
        ( my $name = $case ) =~ s{.*/}{};
        print "$name ", $ok =~ /^(pass|none)$/ ? $ok : 'fail', "\n";
    }
}
