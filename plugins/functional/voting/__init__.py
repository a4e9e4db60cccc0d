"""Ensembles: votes of polygons and means of maps."""

from .map_average import average_maps
from .members import MapMember, Member, PageView, PredictedMember, common_pages, page_maps
from .params import check_rule, check_votes, check_weights
from .vote import vote
