"""The procedural families of `rlvr/Math-v0`, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rlvr_gym.envs.math.tasks.ages import ages
from rlvr_gym.envs.math.tasks.arithmetic import arithmetic
from rlvr_gym.envs.math.tasks.arrangements import permutations_restricted, stars_and_bars
from rlvr_gym.envs.math.tasks.bases import base_arithmetic, digit_sums
from rlvr_gym.envs.math.tasks.bayes import conditional_probability
from rlvr_gym.envs.math.tasks.calculus import calculus
from rlvr_gym.envs.math.tasks.calendars import calendar_clock
from rlvr_gym.envs.math.tasks.circles import circles
from rlvr_gym.envs.math.tasks.counting import counting
from rlvr_gym.envs.math.tasks.dice import dice_probability, expected_value
from rlvr_gym.envs.math.tasks.differential_equations import differential_equations
from rlvr_gym.envs.math.tasks.differentiation import derivative_rules
from rlvr_gym.envs.math.tasks.diophantine import diophantine
from rlvr_gym.envs.math.tasks.divisors import divisor_functions, prime_factorisation
from rlvr_gym.envs.math.tasks.equations import linear_equations, quadratic_equations
from rlvr_gym.envs.math.tasks.expressions import exponents_logs, rational_expressions
from rlvr_gym.envs.math.tasks.factors import factoring, vieta
from rlvr_gym.envs.math.tasks.fractions_percent import fractions_percent
from rlvr_gym.envs.math.tasks.functions import function_composition, inverse_functions
from rlvr_gym.envs.math.tasks.games import game_nim, pigeonhole
from rlvr_gym.envs.math.tasks.geometry import geometry
from rlvr_gym.envs.math.tasks.inequalities import absolute_value, inequalities
from rlvr_gym.envs.math.tasks.integration import double_integrals, integrals_substitution
from rlvr_gym.envs.math.tasks.lattices import lattice_paths
from rlvr_gym.envs.math.tasks.limits import limits
from rlvr_gym.envs.math.tasks.linear_systems import linear_maps, linear_systems
from rlvr_gym.envs.math.tasks.logic import knights_and_knaves, truth_tables
from rlvr_gym.envs.math.tasks.matrices import determinants, eigenvalues, matrix_products
from rlvr_gym.envs.math.tasks.modular import last_digits, modular_arithmetic, recurrences_modulo
from rlvr_gym.envs.math.tasks.number_theory import number_theory
from rlvr_gym.envs.math.tasks.optimisation import optimisation
from rlvr_gym.envs.math.tasks.orders import order_puzzles
from rlvr_gym.envs.math.tasks.polynomials import polynomial_division, polynomial_expansion
from rlvr_gym.envs.math.tasks.rates import rates
from rlvr_gym.envs.math.tasks.recurrences import recurrences
from rlvr_gym.envs.math.tasks.sequences import sequences
from rlvr_gym.envs.math.tasks.series import series_sums, telescoping
from rlvr_gym.envs.math.tasks.shopping import shopping
from rlvr_gym.envs.math.tasks.solids import solids
from rlvr_gym.envs.math.tasks.space import lines_and_planes, vectors
from rlvr_gym.envs.math.tasks.summaries import descriptive_statistics
from rlvr_gym.envs.math.tasks.surds import complex_numbers, radicals
from rlvr_gym.envs.math.tasks.taylor import taylor_coefficients
from rlvr_gym.envs.math.tasks.totients import euler_totient, factorial_valuations
from rlvr_gym.envs.math.tasks.triangles import triangles
from rlvr_gym.envs.math.tasks.trig_equations import trig_equations
from rlvr_gym.envs.math.tasks.trigonometry import trig_values
from rlvr_gym.envs.math.tasks.unions import inclusion_exclusion
from rlvr_gym.envs.math.tasks.urns import coins_and_urns
from rlvr_gym.envs.math.tasks.word_problems import word_problems
from rlvr_gym.sources import Generator

__all__ = ["FAMILIES"]

FAMILIES: Mapping[str, Generator] = MappingProxyType(
    {
        "absolute_value": absolute_value,
        "ages": ages,
        "arithmetic": arithmetic,
        "base_arithmetic": base_arithmetic,
        "calculus": calculus,
        "calendar_clock": calendar_clock,
        "circles": circles,
        "coins_and_urns": coins_and_urns,
        "complex_numbers": complex_numbers,
        "conditional_probability": conditional_probability,
        "counting": counting,
        "derivative_rules": derivative_rules,
        "descriptive_statistics": descriptive_statistics,
        "determinants": determinants,
        "dice_probability": dice_probability,
        "differential_equations": differential_equations,
        "digit_sums": digit_sums,
        "diophantine": diophantine,
        "divisor_functions": divisor_functions,
        "double_integrals": double_integrals,
        "eigenvalues": eigenvalues,
        "euler_totient": euler_totient,
        "expected_value": expected_value,
        "exponents_logs": exponents_logs,
        "factorial_valuations": factorial_valuations,
        "factoring": factoring,
        "fractions_percent": fractions_percent,
        "function_composition": function_composition,
        "game_nim": game_nim,
        "geometry": geometry,
        "inclusion_exclusion": inclusion_exclusion,
        "inequalities": inequalities,
        "integrals_substitution": integrals_substitution,
        "inverse_functions": inverse_functions,
        "knights_and_knaves": knights_and_knaves,
        "last_digits": last_digits,
        "lattice_paths": lattice_paths,
        "limits": limits,
        "linear_equations": linear_equations,
        "linear_maps": linear_maps,
        "linear_systems": linear_systems,
        "lines_and_planes": lines_and_planes,
        "matrix_products": matrix_products,
        "modular_arithmetic": modular_arithmetic,
        "number_theory": number_theory,
        "optimisation": optimisation,
        "order_puzzles": order_puzzles,
        "permutations_restricted": permutations_restricted,
        "pigeonhole": pigeonhole,
        "polynomial_division": polynomial_division,
        "polynomial_expansion": polynomial_expansion,
        "prime_factorisation": prime_factorisation,
        "quadratic_equations": quadratic_equations,
        "radicals": radicals,
        "rates": rates,
        "rational_expressions": rational_expressions,
        "recurrences": recurrences,
        "recurrences_modulo": recurrences_modulo,
        "sequences": sequences,
        "series_sums": series_sums,
        "shopping": shopping,
        "solids": solids,
        "stars_and_bars": stars_and_bars,
        "taylor_coefficients": taylor_coefficients,
        "telescoping": telescoping,
        "triangles": triangles,
        "trig_equations": trig_equations,
        "trig_values": trig_values,
        "truth_tables": truth_tables,
        "vectors": vectors,
        "vieta": vieta,
        "word_problems": word_problems,
    }
)
