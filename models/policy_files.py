"""Names of the files in which training leaves the assembled policy."""

POLICY_FILE = "policy.onnx"
POLICY_JSON = "policy.json"
