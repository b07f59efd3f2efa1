import pytest

from trading_runtime.errors import ConfigurationError
from trading_runtime.session_lock import session_lock


def test_session_that_is_being_traded_cannot_be_taken_by_another(tmp_path):
    with session_lock(tmp_path, "s1"):
        with pytest.raises(ConfigurationError, match="another process"), session_lock(tmp_path, "s1"):
            pass
        with session_lock(tmp_path, "s2"):
            pass
    with session_lock(tmp_path, "s1"):
        pass
