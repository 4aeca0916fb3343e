#!/usr/bin/env bash
# Puts a Chromium without windows, and a font, into one private folder (see private-packages.sh): the browser in which
# the console is tested. It draws by its own software renderer, so Mesa and LLVM are left out.
#
# usage: browser.sh FOLDER
set -euo pipefail
want=(chromium-headless-shell fonts-dejavu-core)
absent=(adduser debconf init-system-helpers libgl1 libglx-mesa0 libllvm19 passwd perl perl-base systemd
  x11-utils xdg-utils xkb-data)
leave=("./usr/lib/chromium/libVk*" "libgallium*" "./usr/share/fonts/truetype/dejavu/*Serif*")
arrange() {
  # Fonts are looked for in /etc: the browser is given a list of its own (FONTCONFIG_FILE).
  echo "<fontconfig><dir>$dest/root/usr/share/fonts</dir><cachedir>$dest/root/fontcache</cachedir></fontconfig>" >"$root/fonts.conf"
  # This one names a path of the machine for the library beside it, and then looks at no other.
  ln -s pulseaudio/libpulsecommon-17.0.so "$root/$lib/"
  private "$apt/patchelf" --remove-rpath "$root/$lib/libpulse.so.0"
}
programs() { echo "$root/usr/lib/chromium/chromium-headless-shell"; }
. "$(dirname "$0")/private-packages.sh"
