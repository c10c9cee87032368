#!/usr/bin/perl
# A carrier made of Perl's Net::SMPP: it lets one client in, answers its messages and sends a receipt for each
# that asks for one. It prints what it sees, one line per PDU, for the test to read.
use strict;
use warnings;
use IO::Socket::INET;
use Net::SMPP;

$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
print "listening ", $listener->sockport, "\n";
my $peer = $listener->accept or die "cannot accept: $!";
$peer->set_version(0x34);

my $count = 0;
while (my $pdu = $peer->read_pdu) {
    my ($cmd, $seq) = ($pdu->{cmd}, $pdu->{seq});
    if ($cmd == Net::SMPP::CMD_bind_transceiver) {
        my $status = $pdu->{password} eq 'secret' ? 0 : 0x0e;
        print "bind $pdu->{system_id} $pdu->{system_type} version $pdu->{interface_version} status $status\n";
        $peer->bind_transceiver_resp(system_id => 'PERL', seq => $seq, status => $status);
    } elsif ($cmd == Net::SMPP::CMD_submit_sm) {
        my $id = sprintf 'perl-%03d', ++$count;
        my $text = unpack 'H*', $pdu->{short_message};
        my $reference = defined $pdu->{user_message_reference} ? unpack('n', $pdu->{user_message_reference}) : '-';
        print "submit $id from $pdu->{source_addr} to $pdu->{destination_addr} coding $pdu->{data_coding} ",
            "validity $pdu->{validity_period} reference $reference text $text\n";
        if ($pdu->{destination_addr} eq '13') {
            $peer->submit_sm_resp(message_id => '', seq => $seq, status => 0x58);
            next;
        }
        $peer->submit_sm_resp(message_id => $id, seq => $seq);
        next unless $pdu->{registered_delivery};
        $peer->deliver_sm(
            async => 1,
            source_addr => $pdu->{destination_addr},
            destination_addr => $pdu->{source_addr},
            esm_class => 4,
            short_message => "id:$id sub:001 dlvrd:001 submit date:2402290304 done date:2402290305 stat:DELIVRD err:000 text:",
            receipted_message_id => "$id\0",
            message_state => pack('C', 2),
        );
    } elsif ($cmd == Net::SMPP::CMD_deliver_sm_resp) {
        print "receipt answered status $pdu->{status}\n";
    } elsif ($cmd == Net::SMPP::CMD_enquire_link) {
        $peer->enquire_link_resp(seq => $seq);
    } elsif ($cmd == Net::SMPP::CMD_enquire_link_resp) {
        print "enquire answered\n";
    } elsif ($cmd == Net::SMPP::CMD_unbind) {
        print "unbind\n";
        $peer->unbind_resp(seq => $seq);
        last;
    }
}
close $peer;
