"""Many text environments stepped together: one step is one batch of jobs for the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from rlvr_gym.env import TextEnv, judge
from rlvr_gym.errors import BadResponse, BadTask

__all__ = ["TextVectorEnv"]

Rewards = NDArray[np.float64]
Flags = NDArray[np.bool_]


class TextVectorEnv(VectorEnv[tuple[str, ...], Sequence[str], NDArray[Any]]):
    """A batch of `TextEnv`s of one domain.

    Episodes that end are followed at once by the next (`AutoresetMode.SAME_STEP`): their last observation and
    info stand in infos["final_obs"] and infos["final_info"]. With autoreset=False (`AutoresetMode.DISABLED`)
    they wait for `reset(options={"reset_mask": ...})`. Sub-environment i seeded with s + i draws what a
    single environment seeded with s + i draws.

    Args:
        envs: of one domain; they share one sandbox and, in a curriculum, one scheduler.
        autoreset: start the next episode in the step that ends one.
    """

    def __init__(self, envs: Sequence[TextEnv], *, autoreset: bool = True) -> None:
        if not envs:
            raise BadTask("a vector environment needs num_envs >= 1")
        self.envs, self.num_envs, self._autoreset = tuple(envs), len(envs), autoreset
        mode = AutoresetMode.SAME_STEP if autoreset else AutoresetMode.DISABLED
        self.metadata = {"render_modes": [], "autoreset_mode": mode}
        self.single_observation_space = envs[0].observation_space
        self.single_action_space = envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._shown = [""] * self.num_envs

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Start episodes.

        Args:
            seed: s for seeds s, s+1, ...; or one seed (or None) per sub-environment.
            options: those of `TextEnv.reset`, each one value for all or a list of num_envs values (members of
                a group share a task: {"index": [0, 0, 0, 1, 1, 1]}); and "reset_mask", num_envs flags.
        Returns: (observations, infos) as of `gymnasium.vector.VectorEnv`.
        """
        if isinstance(seed, int | np.integer):
            seed = [int(seed) + i for i in range(self.num_envs)]
        seeds = self._spread("seed", seed)
        settings = dict(options or {})
        mask = self._spread("reset_mask", settings.pop("reset_mask", True))
        columns = {key: self._spread(key, value) for key, value in settings.items()}
        infos: dict[str, Any] = {}
        for i, env in enumerate(self.envs):
            if mask[i]:
                own = {key: column[i] for key, column in columns.items()}
                self._shown[i], info = env.reset(seed=seeds[i], options=own)
                infos = self._add_info(infos, info, i)
        return tuple(self._shown), infos

    def _add_info(
        self, vector_infos: dict[str, Any], env_info: dict[str, Any], env_num: int
    ) -> dict[str, Any]:
        # Gymnasium takes the dtype from the first value, and a level may be None in the next task.
        if "level" in env_info and "level" not in vector_infos:
            vector_infos["level"] = np.full(self.num_envs, None, dtype=object)
        return super()._add_info(vector_infos, env_info, env_num)

    def _spread(self, name: str, value: Any) -> list[Any]:
        if isinstance(value, list | tuple | np.ndarray):
            if len(value) != self.num_envs:
                raise BadTask(f"{name} has {len(value)} values for {self.num_envs} environments")
            return [item.item() if isinstance(item, np.generic) else item for item in value]
        return [value] * self.num_envs

    def step(self, actions: Sequence[str]) -> tuple[tuple[str, ...], Rewards, Flags, Flags, dict[str, Any]]:
        """Judge one response per sub-environment in one batch.

        Args:
            actions: num_envs texts.
        Returns: (observations, rewards, terminations, truncations, infos); rewards of shape (num_envs,) in
            [0, 1], NaN where there is no verdict.
        Raises: BadResponse: if there are not num_envs texts. BadTask: if an episode is over or not begun.
        """
        if isinstance(actions, str) or len(actions) != self.num_envs:
            raise BadResponse(f"step needs a sequence of {self.num_envs} texts")
        for env in self.envs:
            env.check_running()
        first = self.envs[0]
        pairs = [(env.task, action) for env, action in zip(self.envs, actions, strict=True)]
        verdicts = judge(first.domain, pairs, first.sandbox, first.checker)
        rewards = np.zeros(self.num_envs, dtype=np.float64)
        terminated = np.zeros(self.num_envs, dtype=np.bool_)
        truncated = np.zeros(self.num_envs, dtype=np.bool_)
        infos: dict[str, Any] = {}
        for i, (env, verdict) in enumerate(zip(self.envs, verdicts, strict=True)):
            self._shown[i], rewards[i], terminated[i], truncated[i], info = env.apply(verdict)
            if self._autoreset and (terminated[i] or truncated[i]):
                infos = self._add_info(infos, {"final_obs": self._shown[i], "final_info": info}, i)
                self._shown[i], info = env.reset()
            infos = self._add_info(infos, info, i)
        return tuple(self._shown), rewards, terminated, truncated, infos

    def close_extras(self, **kwargs: Any) -> None:
        """Close the sub-environments; the sandbox is shared and stays."""
        for env in self.envs:
            env.close()
