"""The whole policy as one torch module, and its export to one ONNX file with the interface of `trading_runtime.policy.bundle`.

The formula is that of `models.policy_math`, which the meta-agent was trained with; a test compares the two and the ONNX.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.networks import Network
from models.onnx_bytes import deterministic_bytes
from models.policy_math import LOGIT_SCALE, AgentNetwork, PolicyLimits
from models.scaler import CLIP


class TanhNetwork(nn.Module):
    """A trained network with its weights as buffers: nothing here is trained again."""

    def __init__(self, network: Network):
        super().__init__()
        self.layers = len(network.weights)
        for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            self.register_buffer(f"weight_{index}", torch.from_numpy(weight.copy()))
            self.register_buffer(f"bias_{index}", torch.from_numpy(bias.copy()))

    def forward(self, value: Tensor) -> Tensor:
        """Mean actions [..., actions], within [-1, 1]."""
        for index in range(self.layers):
            value = functional.linear(value, getattr(self, f"weight_{index}"), getattr(self, f"bias_{index}"))
            if index < self.layers - 1:
                value = torch.tanh(value)
        return torch.clamp(value, -1.0, 1.0)


class PolicyNetwork(nn.Module):
    """Agents, meta-agent and limits. Inputs features [n, F] scaled, exposure [n], mask [n]; outputs weights [n],
    agents [n, K] and allocation [K + 1]."""

    def __init__(
        self,
        agents: tuple[AgentNetwork, ...],
        meta: Network,
        context_columns: tuple[int, ...],
        limits: PolicyLimits,
    ):
        super().__init__()
        self.agents = nn.ModuleList(TanhNetwork(agent.network) for agent in agents)
        self.columns = [list(agent.columns) for agent in agents]
        self.allocator = TanhNetwork(meta)  # not `meta`: the exporter keeps its own things under that name
        self.context = list(context_columns)
        self.limits = limits

    def forward(self, features: Tensor, exposure: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Target weights, what each agent alone would hold, and the capital shares with cash last."""
        limits = self.limits
        features = torch.clamp(features, -CLIP, CLIP)
        count = torch.clamp(mask.sum(), min=1.0)
        own = torch.clamp(exposure * count / limits.max_gross, -1.0, 1.0)[:, None]
        actions = [
            agent(torch.cat([features[:, columns], own], dim=1))
            for agent, columns in zip(self.agents, self.columns, strict=True)
        ]
        proposed = torch.cat(actions, dim=1)
        if not limits.allow_short:
            proposed = (proposed + 1.0) / 2.0
        proposed = proposed * mask[:, None]
        context = (features[:, self.context] * mask[:, None]).sum(dim=0) / count
        gross = torch.clamp(exposure.abs().sum(), max=CLIP)[None]
        observed = torch.cat([context, proposed.sum(dim=0) / count, gross])
        action = self.allocator(torch.clamp(observed, -CLIP, CLIP)[None])[0]
        allocation = torch.softmax(LOGIT_SCALE * action, dim=0)
        share = limits.max_gross / count
        mixed = (proposed * allocation[:-1]).sum(dim=1) * share
        weights = torch.clamp(mixed, -limits.max_weight, limits.max_weight)
        alone = torch.clamp(proposed * share, -limits.max_weight, limits.max_weight)
        return weights, alone, allocation


def export_onnx(network: PolicyNetwork, features: int) -> bytes:
    """One ONNX file with n left open. Equal weights give equal bytes."""
    import logging
    import warnings

    example = (torch.zeros(3, features), torch.zeros(3), torch.ones(3))
    instruments = torch.export.Dim("n", min=1)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network.eval(),
            example,
            dynamo=True,
            verbose=False,
            external_data=False,
            input_names=["features", "exposure", "mask"],
            output_names=["weights", "agents", "allocation"],
            dynamic_shapes=({0: instruments}, {0: instruments}, {0: instruments}),
        )
    if program is None:
        raise RuntimeError("the ONNX exporter returned nothing")
    return deterministic_bytes(program.model_proto)
