# Sourced by scripts that put programs of Debian trixie into a private folder that carries its own libc, so that they
# run on any older Debian or Ubuntu. Nothing of the machine is changed: not its packages, apt sources or services, and
# no root is needed. A finished folder is used as it is; a half-made one is made anew from the packages already
# downloaded. Says nothing unless something is wrong.
#
#   $1         the folder, final and absolute: the programs' loader path is written into them
#   want       the packages, with all that they need
#   absent     packages that these name but what runs here does not need: apt is told that they are there already
#   leave      patterns of files that are not unpacked
#   arrange    a function that puts right what was unpacked into $root, which will stand at $dest/root
#   programs   a function that prints the dynamically linked programs in $root
dest=$1
stamp=$({ sha256sum <"$0"; sha256sum <"${BASH_SOURCE[0]}"; echo "$dest"; } | sha256sum | cut -d' ' -f1)
mkdir -p "$(dirname "$dest")"
exec 9>"$dest.lock"
flock 9
[ "$(cat "$dest/.stamp" 2>/dev/null)" = "$stamp" ] && exit 0

new=$dest.new apt=$dest.apt root=$dest.new/root
rm -rf "$new" "$apt/lists"
mkdir -p "$apt"/{lists/partial,archives/partial} "$root"/usr/{bin,sbin,lib,lib64}
for d in bin sbin lib lib64; do ln -s "usr/$d" "$root/$d"; done

# An apt of its own, beside the machine's, that reads the Debian mirror which this machine already uses.
for p in "${absent[@]}"; do
  printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: allowed\nVersion: 99:1\nMaintainer: none\nDescription: none\n\n' "$p"
done >"$apt/status"
key=/usr/share/keyrings/debian-archive-keyring.gpg
uris=$(apt-get indextargets --format '$(REPO_URI)' | sort -u)
main=${DEBIAN_MIRROR:-$(grep -m1 '/debian/$' <<<"$uris" || echo http://deb.debian.org/debian/)}
security=${DEBIAN_SECURITY_MIRROR:-$(grep -m1 '/debian-security/$' <<<"$uris" || true)}
if [ ! -f "$key" ]; then
  echo "$key is missing (on Ubuntu: apt-get install debian-archive-keyring)" >&2
  exit 1
fi
printf "deb [signed-by=$key] %s main\n" "$main trixie" "$main trixie-updates" ${security:+"$security trixie-security"} >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list"; Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$apt/lists"; Dir::State::Status "$apt/status"; Dir::State::Extended_States "$apt/extended_states";
Dir::Cache::Archives "$apt/archives"; Dir::Cache::PkgCache ""; Dir::Cache::SrcPkgCache ""; Dir::Log "$apt";
APT::Install-Recommends "false"; APT::Sandbox::User ""; Debug::NoLocking "true";
Acquire::Languages "none"; Acquire::Retries "3"; Acquire::http::Timeout "20";
CONF
export APT_CONFIG=$apt/apt.conf
apt-get -qq update
apt-get -qq install -y --download-only "${want[@]}" patchelf >"$apt/download.log"

unpack() {
  set -euo pipefail
  for deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -C "$root" -x --no-same-owner --keep-directory-symlink \
      --exclude=./usr/share/{doc,man,locale,lintian} --exclude="./etc/*" --exclude="./var/*" --exclude-from="$apt/leave"
  done
}
export -f unpack
export root apt
printf '%s\n' "${leave[@]}" >"$apt/leave"
printf '%s\0' "$apt"/archives/*.deb | xargs -0 -P"$(nproc)" -n6 bash -c 'unpack "$@"' unpack

# Programs find the private loader and libraries by absolute path, whatever the machine's own libc is.
lib=usr/lib/x86_64-linux-gnu ld=usr/lib64/ld-linux-x86-64.so.2
mv "$root/usr/bin/patchelf" "$apt/patchelf"
private() { "$root/$ld" --library-path "$root/$lib" "$@"; }
arrange
while read -r program; do
  private "$apt/patchelf" --print-interpreter "$program" >/dev/null 2>&1 || continue
  libraries=$(private --list "$program")
  if grep '=>' <<<"$libraries" | grep -v "=> $root/"; then
    echo "$program would take the libraries above from the machine, or lacks them" >&2
    exit 1
  fi
  private "$apt/patchelf" --set-interpreter "$dest/root/$ld" --force-rpath --set-rpath "$dest/root/$lib" "$program"
done < <(programs)

ls "$apt/archives" | grep '\.deb$' >"$new/packages.txt"
echo "$stamp" >"$new/.stamp"
rm -rf "$dest" "$apt"
mv "$new" "$dest"
