"""How many different programs there are among attempts, and what copies are worth.

abundance       how many kinds, effective numbers of kinds (Hill), and kinds among k attempts
vendi           the effective number of kinds where some are alike (Vendi)
first_variant   pass@k where only the first attempt of each approach counts
distinct_review pass@k of a reviewer who looks at k different approaches
gain            which share of the gain of further attempts comes from variants

Approaches are given as clusters of the n attempts at a problem: n_g attempts each, c_g of which
passed. How they were found is not asked here.
"""

from passatk.stats.diversity.abundance import hill_number, rarefied_richness
from passatk.stats.diversity.distinct_review import distinct_review_pass_at_k
from passatk.stats.diversity.first_variant import first_variant_pass_at_k
from passatk.stats.diversity.gain import VariantGain, variant_gain
from passatk.stats.diversity.vendi import vendi_score

__all__ = [
    "VariantGain",
    "distinct_review_pass_at_k",
    "first_variant_pass_at_k",
    "hill_number",
    "rarefied_richness",
    "variant_gain",
    "vendi_score",
]
