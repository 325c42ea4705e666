# Sys::Virt: a guest's life with snapshots, events, a volume through a stream.
use strict;
use warnings;
use Sys::Virt;
use Sys::Virt::Event;
use Cwd;

$| = 1;
Sys::Virt::Event::register_default();
my $c = Sys::Virt->new(uri => "qemu:///system");
my @told;
$c->domain_event_register_any(undef, Sys::Virt::Domain::EVENT_ID_LIFECYCLE, sub {
    my ($con, $dom, $event, $detail) = @_; push @told, "$event/$detail";
});
print $c->get_type(), " ", $c->is_alive(), " ", scalar(keys %{$c->get_node_info()}), "\n";
my $xml = do { local $/; open my $f, "<", "guest.xml" or die; <$f> };
my $d = $c->define_domain($xml);
$d->create();
my $info = $d->get_info();
print join(" ", $d->get_name(), $info->{state}, $info->{maxMem}, $info->{nrVirtCpu}), "\n";
print join(" ", map { $_->get_name() } $c->list_domains()), "\n";
$d->suspend();
print join(" ", $d->get_state()), "\n";
$d->resume();
my $s = $d->create_snapshot("<domainsnapshot><name>one</name></domainsnapshot>");
print join(" ", $s->get_name(), $d->num_of_snapshots(), $d->current_snapshot()->get_name()), "\n";
$s->revert_to();
$s->delete();
print $d->num_of_snapshots(), "\n";
my $stats = ($c->get_all_domain_stats(Sys::Virt::Domain::STATS_STATE | Sys::Virt::Domain::STATS_VCPU))[0];
print join(" ", grep { !/delay|halted|time|wait|\.reason/ } sort keys %{$stats->{data}}), "\n";
my @block = sort keys %{$d->block_stats("vda")};
print "@block\n";
print $d->get_block_info("vda")->{capacity}, "\n";
my $vcpu = ($d->get_vcpu_info())[0];
print $vcpu->{number}, " ", $vcpu->{state}, "\n";


my $folder = getcwd();
my $p = $c->create_storage_pool("<pool type='dir'><name>pool</name><target><path>$folder</path></target></pool>");
my $v = $p->create_volume("<volume><name>v</name><capacity>65536</capacity></volume>");
my $data = "perl" x 16384;
my $at = 0;
my $up = $c->new_stream();
$v->upload($up, 0, 65536);
while ($at < length($data)) {
    my $part = substr($data, $at);
    $at += $up->send($part, length($part));
}
$up->finish();
my ($down, $back) = ($c->new_stream(), "");
$v->download($down, 0, 65536);
$down->recv_all(sub { $back .= substr($_[1], 0, $_[2]); return $_[2]; });
$down->finish();
print "volume ", ($back eq $data ? "same" : "differs"), " ", $v->get_info()->{capacity}, "\n";
$v->delete();
$p->destroy();

my $n = $c->define_network("<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>");
$n->create();
print join(" ", $n->get_name(), $n->get_bridge_name(), $n->is_active(), $c->num_of_networks()), "\n";
$n->destroy();
$n->undefine();
my $secret = $c->define_secret("<secret private='no'><usage type='volume'><volume>/v</volume></usage></secret>");
$secret->set_value("geheim");
print join(" ", $secret->get_value(), $secret->get_usage_id()), "\n";
$secret->undefine();
eval { $c->get_domain_by_name("none") };
print ref($@), " ", $@->code, " ", $@->message, "\n";
$d->destroy();
for (1 .. 300) { last if grep { $_ eq "5/1" } @told; Sys::Virt::Event::run_default(); }
my %seen = map { $_ => 1 } @told;
print join(" ", sort keys %seen), "\n";
$d->undefine();
print $c->num_of_defined_domains(), "\n";
