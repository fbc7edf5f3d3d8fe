#!/bin/sh
# Serves a demo of two gateways: one plays AutoSpot, and one stands in front of it.
set -eu

bin=${1:-.venv/bin}
autospot_port=${AUTOSPOT_PORT:-8001}
address=http://127.0.0.1:$autospot_port

GATEWAY_HOST=127.0.0.1 GATEWAY_PORT=$autospot_port "$bin/autospot-gateway" serve --demo > /dev/null &
autospot=$!
gateway=
trap 'kill $autospot $gateway 2> /dev/null || true' EXIT
trap 'exit 0' INT TERM

until "$bin/python" -c "import sys, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(sys.argv[1] + '/-/live')" "$address" 2> /dev/null; do
    kill -0 "$autospot" 2> /dev/null || exit 1
    sleep 0.1
done

echo "AutoSpot is played by a gateway on $address; its API key is demo-key."
GATEWAY_UPSTREAM_URL=$address "$bin/autospot-gateway" serve &
gateway=$!
wait "$gateway"
