# The Prometheus exporter: scraped while a guest runs and when it is off.
. "${0%/*}/running.sh"
prometheus-libvirt-exporter --web.listen-address=127.0.0.1:9177 --libvirt.uri=qemu:///system >log 2>&1 & daemon=$!
scrape() {
    python3 - <<'PYTHON'
import re, time, urllib.request
for turn in range(100):
    try:
        text = urllib.request.urlopen("http://127.0.0.1:9177/metrics").read().decode()
        break
    except OSError:
        time.sleep(0.1)
for line in text.splitlines():
    if line.startswith("libvirt"):
        moving = re.search("time|bytes_total|requests_total|usage|version|_rd_|_wr_|read|write|flush|stat", line)
        print(line.rpartition(" ")[0] if moving else line)
PYTHON
}
scrape
v destroy guest
scrape
kill $daemon
grep -iE 'error|panic|fail' log || echo 'nothing amiss'
