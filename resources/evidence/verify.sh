#!/bin/sh
# Judges a pack of evidence with openssl, sha256sum and other coreutils, and nothing else.
#
#   sh verify.sh [folder of the pack] [trusted public key of the station, PEM]
#
# Prints one line per comparison and ends with 0 when all of them hold, else with 1. Whoever could change the pack could
# change this script in it: take the script and the key from a place that you trust. README.txt says more.
set -u
LC_ALL=C
export LC_ALL
q='"'
failed=0
trusted=${2:-}
case $trusted in
  '' | /*) ;;
  *) trusted=$PWD/$trusted ;;
esac
cd "${1:-$(dirname "$0")}" || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

ok() { printf 'ok    %s\n' "$1"; }
bad() {
  printf 'FAIL  %s\n' "$1"
  failed=1
}
same() { if [ "$2" = "$3" ] && [ -n "$2" ]; then ok "$1"; else bad "$1"; fi; }
holds() {
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then ok "$what"; else bad "$what"; fi
}
sum() {
  set -- "$(sha256sum)"
  printf '%s' "${1%% *}"
}
key_sum() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null | sum; }

# --- who signed ---
holds 'manifest.json is signed with station-key.pem' \
  openssl dgst -sha256 -verify station-key.pem -signature manifest.sig manifest.json
if [ -n "$trusted" ]; then
  same 'station-key.pem is the trusted key' "$(key_sum "$trusted")" "$(key_sum station-key.pem)"
else
  printf 'note  the key of the station was not given; its SHA-256 is %s\n' "$(key_sum station-key.pem)"
fi

# --- what was signed ---
credential=
sha256=
sha1=
serial=
verdict=
listed=' manifest.json manifest.sig '
inside=no
while IFS= read -r row || [ -n "$row" ]; do
  case $row in
    "  ${q}files${q}: {") inside=yes; continue ;;
    '  }'*) inside=no; continue ;;
    '{' | '}') continue ;;
  esac
  rest=${row#*"$q"}
  name=${rest%%"$q"*}
  value=${rest#*"$q: $q"}
  value=${value%"$q"*}
  if [ "$inside" = yes ]; then
    case $name in
      '' | .* | *[!A-Za-z0-9._-]*) bad 'manifest.json names a file that no pack has'; continue ;;
    esac
    listed="$listed$name "
    if [ -f "$name" ]; then
      same "$name is the file that was signed" "$value" "$(sum <"$name")"
    else
      bad "$name is missing"
    fi
    continue
  fi
  case $name in
    credential) credential=$value ;;
    sha256) sha256=$value ;;
    sha1) sha1=$value ;;
    serial) serial=$value ;;
    verdict) verdict=$value ;;
  esac
done <manifest.json
for needed in unit.json verification.json journal.ndjson verify.sh station-key.pem; do
  case $listed in
    *" $needed "*) ;;
    *) bad "manifest.json names no $needed" ;;
  esac
done
for file in * .[!.]*; do
  [ -e "$file" ] || continue
  case $listed in
    *" $file "*) ;;
    *) bad "$file is not of this pack" ;;
  esac
done

# --- the log ---
# Each line is hashed with the hash before it; all of them by one call, because a long log would take minutes otherwise.
rows=0
broken=
last_seq=
last_hash=
mkdir "$scratch/rows"
: >"$scratch/sums"
while IFS= read -r row || [ -n "$row" ]; do
  rows=$((rows + 1))
  hash=${row#"{${q}hash${q}:$q"}
  hash=${hash%%"$q"*}
  line=${row#*"${q}line${q}:"}
  line=${line%",${q}previousHash${q}:"*}
  before=${row##*",${q}previousHash${q}:$q"}
  before=${before%%"$q"*}
  seq=${row##*",${q}seq${q}:"}
  seq=${seq%"}"}
  case "$seq:$hash" in
    [0-9]*:*[!0-9a-f]* | *[!0-9a-f:]* | :*) broken="$broken line $rows" ;;
  esac
  [ "${#hash}" -eq 64 ] || broken="$broken line $rows"
  [ "$row" = "{${q}hash${q}:$q$hash$q,${q}line${q}:$line,${q}previousHash${q}:$q$before$q,${q}seq${q}:$seq}" ] ||
    broken="$broken line $rows"
  if [ -n "$last_seq" ] && [ "$seq" = "$((last_seq + 1))" ] && [ "$before" != "$last_hash" ]; then
    broken="$broken line $rows"
  fi
  printf '%s\n%s' "$before" "$line" >"$scratch/rows/$rows"
  printf '%s  %s\n' "$hash" "$scratch/rows/$rows" >>"$scratch/sums"
  case $seq in '' | *[!0-9]*) last_seq= ;; *) last_seq=$seq ;; esac
  last_hash=$hash
done <journal.ndjson
if [ "$rows" -gt 0 ] && [ -z "$broken" ] && sha256sum --check --status "$scratch/sums"; then
  ok "journal.ndjson: $rows lines fit their hashes"
else
  bad "journal.ndjson: not all of its $rows lines fit their hashes$broken"
fi

# --- the unit ---
contains() { case $(cat "$1") in *"$2"*) return 0 ;; *) return 1 ;; esac; }
holds 'unit.json is about the unit of the manifest' contains unit.json "${q}serial${q}:$q$serial$q"
if [ -n "$sha256" ]; then
  holds 'unit.json names the credential' contains unit.json "$q$sha256$q"
fi

# --- the credential ---
certificate() {
  openssl x509 -in certificate.pem -outform DER -out "$scratch/certificate.der" 2>/dev/null
  same 'certificate.pem has the SHA-256 thumbprint' "$sha256" "$(sum <"$scratch/certificate.der")"
  same 'certificate.pem has the SHA-1 thumbprint' "$sha1" "$(sha1sum <"$scratch/certificate.der" | cut -c1-40)"
}
hex() { od -An -v -tx1 | tr -d ' \n'; }

# The board's own certificate has an alternative name that openssl refuses by design, so "openssl verify" cannot chain
# it. What it signs (its second element, at 4) is checked with the DeviceID key that stands in it.
alias_certificate() {
  certificate
  openssl asn1parse -inform DER -in "$scratch/certificate.der" -strparse 4 -noout -out "$scratch/tbs.der" 2>/dev/null
  at=$(openssl asn1parse -inform DER -in "$scratch/certificate.der" 2>/dev/null | tail -n 1 | cut -d: -f1 | tr -d ' ')
  openssl asn1parse -inform DER -in "$scratch/certificate.der" -strparse "${at:-0}" -noout \
    -out "$scratch/signature.der" 2>/dev/null
  holds 'certificate.pem is signed with device-id-key.pem' \
    openssl dgst -sha256 -verify device-id-key.pem -signature "$scratch/signature.der" "$scratch/tbs.der"
  openssl pkey -pubin -in device-id-key.pem -outform DER -out "$scratch/key.der" 2>/dev/null
  case $(hex <"$scratch/certificate.der") in
    *"$(hex <"$scratch/key.der")"*) ok 'device-id-key.pem stands in the certificate' ;;
    *) bad 'device-id-key.pem stands in the certificate' ;;
  esac
}

case $credential in
  alias) alias_certificate ;;
  issued)
    certificate
    holds 'certificate.pem is signed by issuer.pem' \
      openssl verify -partial_chain -no_check_time -CAfile issuer.pem certificate.pem
    ;;
  self-signed)
    certificate
    holds 'certificate.pem is signed with its own key' \
      openssl verify -check_ss_sig -no_check_time -CAfile certificate.pem certificate.pem
    ;;
  certificate)
    certificate
    printf 'note  the certificate of the issuer is not in this pack\n'
    ;;
  endorsement-key)
    same 'endorsement-key.txt has the fingerprint' "$sha256" "$(openssl base64 -d -A -in endorsement-key.txt | sum)"
    ;;
  symmetric-key) printf 'note  a symmetric key is in no pack; the record holds its SHA-256\n' ;;
  none) printf 'note  the record knows no credential\n' ;;
  *) bad 'manifest.json names a kind of credential' ;;
esac

# --- the board ---
case $listed in
  *' challenge.txt '*)
    openssl x509 -in certificate.pem -noout -pubkey -out "$scratch/board-key.pem" 2>/dev/null
    holds 'challenge.txt is signed with the key of certificate.pem' \
      openssl dgst -sha256 -verify "$scratch/board-key.pem" -signature challenge.sig challenge.txt
    holds 'verification.json names the challenge' contains verification.json "$q$(cat challenge.txt)$q"
    ;;
esac

printf 'note  the station judged the unit %s: %s\n' "$serial" "$verdict"
[ "$failed" -eq 0 ] && printf 'The pack is whole.\n' || printf 'THE PACK IS NOT WHAT WAS SIGNED.\n'
exit "$failed"
