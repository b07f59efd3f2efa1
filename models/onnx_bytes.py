"""ONNX bytes that depend on the computation alone: no producer, no source paths, no names that count up."""

import onnx


def deterministic_bytes(model: onnx.ModelProto) -> bytes:
    """Strip what varies between exports of the same weights (versions, doc strings, stack traces, node names) and serialize."""
    clean = onnx.ModelProto()
    clean.CopyFrom(model)
    for field in ("producer_name", "producer_version", "doc_string", "domain", "metadata_props"):
        clean.ClearField(field)
    _strip(clean.graph)
    for index, node in enumerate(clean.graph.node):
        node.name = f"n{index}"
    onnx.checker.check_model(clean)
    return clean.SerializeToString(deterministic=True)


def _strip(graph: onnx.GraphProto) -> None:
    graph.name = "policy"
    for field in ("doc_string", "metadata_props", "value_info"):
        graph.ClearField(field)
    for item in (*graph.input, *graph.output, *graph.initializer, *graph.node):
        for field in ("doc_string", "metadata_props"):
            item.ClearField(field)
