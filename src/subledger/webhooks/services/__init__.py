"""The writes of webhooks: endpoints, the queue of what they are to be told, and its delivery."""
