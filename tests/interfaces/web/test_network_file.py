"""A whole network from a file: all of it or nothing, only in one's own region, all faults at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jejaring.domain.mapping.actions import loading_files
from jejaring.domain.mapping.models import Potential, Site
from jejaring.domain.parties.models import AuditEntry, Cooperative, Network, Role, User
from tests.scenarios.example import EXAMPLE
