"""What contractctl can do, one module and one function a capability. Returns values, prints nothing."""
