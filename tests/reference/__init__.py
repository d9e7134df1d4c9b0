import pytest

# They hold asserts of the tests: where one fails, its values are to be seen.
pytest.register_assert_rewrite("tests.reference.harness", "tests.reference.styles")
