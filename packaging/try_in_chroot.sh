#!/bin/sh
# Try a .deb where there is nothing: a fresh minimal Debian without Python. Needs root, debootstrap and Xvfb.
#
#   packaging/try_in_chroot.sh dist/gouache_0.1.0_amd64.deb FOLDER
#
# FOLDER gets the log, the self-test's report and a picture of the window. The system is made in FOLDER/chroot.
set -eu

deb=$(readlink -f "$1")
out=$2
mkdir -p "$out"
out=$(readlink -f "$out")
root=$out/chroot
log=$out/chroot.log
display=:77
suite=bookworm

say() { printf '%s\n' "$*" | tee -a "$log"; }
# Nothing of this machine's surroundings goes in.
inside() { env -i HOME=/home/artist LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DISPLAY=$display chroot "$root" "$@"; }
as_artist() { inside setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/artist "$@"; }
leave() {
    [ -z "${window:-}" ] || kill "$window" 2>/dev/null || true
    [ -z "${screen:-}" ] || kill "$screen" 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true
    umount "$root/dev/shm" 2>/dev/null || true
}
trap leave EXIT

: >"$log"
[ -d "$root/usr" ] || debootstrap --variant=minbase "$suite" "$root" >>"$out/debootstrap.log" 2>&1
mkdir -p "$root/proc" "$root/dev/shm"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev/shm" || mount -t tmpfs tmpfs "$root/dev/shm"
cp /etc/resolv.conf "$root/etc/resolv.conf"
say "== $(cat "$root/etc/debian_version"), $(inside dpkg-query -f '.\n' -W | wc -l) packages, python: $(inside sh -c 'command -v python3 || echo none')"

say "== install"
cp "$deb" "$root/tmp/gouache.deb"
inside apt-get -q update >>"$out/apt.log" 2>&1
inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends /tmp/gouache.deb fonts-wqy-microhei' \
    >>"$out/apt.log" 2>&1
rm "$root/tmp/gouache.deb"
say "$(inside dpkg-query -f '${Package} ${Version} ${Status}, ${Installed-Size} kB\n' -W gouache)"
say "python after: $(inside sh -c 'command -v python3 || echo none')"
inside mkdir -p /home/artist
inside chown 1000:1000 /home/artist

say "== the program, as a user"
say "$(as_artist gouache --version)"
# No network from here on: in a namespace of its own where that can be made.
alone=""
unshare -n true 2>/dev/null && alone="unshare -n"
say "self-test${alone:+ without a network}:"
if $alone env -i HOME=/home/artist LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
    setpriv --reuid 1000 --regid 1000 --clear-groups gouache --self-test --report /tmp/self-test.json >"$out/self-test.txt" 2>>"$log"; then
    say "passed"
else
    say "FAILED"
fi
cp "$root/tmp/self-test.json" "$out/self-test.json" || true
cat "$out/self-test.txt" >>"$log"

say "== a window on a screen"
Xvfb $display -screen 0 1440x900x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
sleep 2
# One command, no function: $! is then the program itself.
env -i HOME=/home/artist LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DISPLAY=$display chroot "$root" \
    setpriv --reuid 1000 --regid 1000 --clear-groups \
    gouache studio /usr/lib/gouache/_internal/resources/samples/island.ora >>"$log" 2>&1 &
window=$!
sleep "${WAIT:-25}"
import -display $display -window root "$out/packaged.png"
kill "$window" && wait "$window" || true
window=
say "picture: $(identify -format '%wx%h, %k colours' "$out/packaged.png")"

say "== remove"
inside apt-get -q purge -y gouache >>"$out/apt.log" 2>&1
left=$(inside find / -xdev -iname '*gouache*' -not -path '/proc/*' -not -path '/var/log/*' -not -path '/home/*' 2>/dev/null || true)
say "left of the program: ${left:-nothing}"
say "kept of the user: $(inside find /home/artist -iname '*gouache*' -maxdepth 4 2>/dev/null | tr '\n' ' ')"
say "== done"
