"""Evidence packs: one audit in one ZIP file, and whether it is still what was made, and can be made again.

A pack is written from a saved result and what was rendered from it; this room renders nothing itself.
"""

from __future__ import annotations
