"""Lading: from a shipment's papers to ERP records."""
