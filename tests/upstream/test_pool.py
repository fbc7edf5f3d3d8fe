"""Connections: how many there are, which one is used, how long one is kept."""

import asyncio
import itertools
import random

import pytest

from gateway.upstream import NoFreeConnection, NotConnected, UpstreamAddress, UpstreamError
from gateway.upstream import Upstream, UpstreamLimits, UpstreamRequest
from tests.upstream.clock import jump, settle, with_jumping_clock
from tests.upstream.server import (
    NO_CONTENT,
    OK,
    Script,
    Talk,
    answering,
    captured_transports,
    engine,
    get,
    serving,
    whole,
)
