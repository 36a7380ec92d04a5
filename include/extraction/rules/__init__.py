"""The tier that needs no model: labels, geometry, types and arithmetic."""
