#!/bin/sh
# Makes a Debian machine with OpenSSH a backup server: an account that may do nothing but SFTP, shut into one folder.
# Run it as root on that machine. It may be repeated. Prints the settings for TradeSage.
#
# usage: set-up-server.sh --key 'ssh-ed25519 AAAA… name' [--user NAME] [--folder DIR] [--quota-gib N]
set -eu
user=tradesage folder=/srv/ma130 key='' quota=''
while [ $# -gt 0 ]; do
  case $1 in
    --key) key=$2 ;;
    --user) user=$2 ;;
    --folder) folder=$2 ;;
    --quota-gib) quota=$2 ;;
    *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
case $key in
  'ssh-ed25519 '* | 'ssh-rsa '* | 'ecdsa-sha2-'*) ;;
  *) echo "--key: give the public key that TradeSage shows, as a line of authorized_keys" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "this must run as root" >&2; exit 1; }
command -v sshd >/dev/null || { echo "OpenSSH's server is missing: apt-get install openssh-server" >&2; exit 1; }

id "$user" >/dev/null 2>&1 || useradd --system --create-home --home-dir "/var/lib/$user" --shell /usr/sbin/nologin "$user"
# sshd_config(5), ChrootDirectory: root must own every part of it, and nobody else may write there.
install -d -o root -g root -m 0755 "$folder"
install -d -o "$user" -g "$user" -m 0700 "$folder/backups"
install -d -o root -g root -m 0755 /etc/ssh/authorized_keys.d
printf 'restrict %s\n' "$key" >"/etc/ssh/authorized_keys.d/$user"
cat >"/etc/ssh/sshd_config.d/50-$user.conf" <<CONF
Match User $user
  AuthorizedKeysFile /etc/ssh/authorized_keys.d/$user
  AuthenticationMethods publickey
  ChrootDirectory $folder
  ForceCommand internal-sftp -u 0077
  AllowTcpForwarding no
  X11Forwarding no
  PermitTTY no
CONF
sshd -t
systemctl reload ssh
if [ -n "$quota" ]; then
  command -v setquota >/dev/null || { echo "quotas need: apt-get install quota, and usrquota on the file system" >&2; exit 1; }
  setquota -u "$user" 0 "${quota}G" 0 0 "$(stat -c %m "$folder")"
fi
host_key=$(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
cat <<SETTINGS
MA130_HOST=$(hostname -f)
MA130_PORT=22
MA130_USER=$user
MA130_HOST_KEY=$host_key
MA130_FOLDER=/backups
SETTINGS
