"""Services of retries: what failed is scheduled with its failure, what is due is made in sets, what is over stops."""
