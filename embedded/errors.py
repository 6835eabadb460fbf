"""The one error of the embedded stores."""


class EmbeddedError(Exception):
    """The embedded stores cannot start; the message is one sentence for who started them."""
