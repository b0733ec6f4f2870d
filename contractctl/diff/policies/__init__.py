"""What a team says about changes: severities, approvals, notice of deprecation, versions, what is compared at all."""
