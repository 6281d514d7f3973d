"""Several synthetic cities: what each calls its districts, keys and loads."""

from dataclasses import dataclass
from datetime import date

MOST_CITIES = 999


@dataclass(frozen=True)
class SyntheticCity:
    """One of several cities; the first keeps every code of the calibration.

    A further city has the districts of the first under codes, names and an assessment group of
    its own. Street, grid and department codes and persons begin with the district's code.

    Attributes:
        number: from 1 to ``MOST_CITIES``.

    """

    number: int

    @property
    def code(self) -> str:
        """Return the city's code in ``districts.csv``."""
        return f"city_{self.number:03d}"

    @property
    def load_prefix(self) -> str:
        """Return what tells the city's loads from those of others; nothing for the first."""
        return "" if self.number == 1 else f"c{self.number:03d}-"

    def district(self, code: str) -> str:
        """Return the city's code of a district of the calibration."""
        return code if self.number == 1 else f"{self.number:03d}{code}"

    def district_name(self, name: str) -> str:
        """Return the city's name of a district of the calibration."""
        return name if self.number == 1 else f"{self.name}{name}"

    def group(self, code: str) -> str:
        """Return the city's code of an assessment group; no group stays none."""
        return code if self.number == 1 or not code else f"{self.code}_{code}"

    @property
    def name(self) -> str:
        """Return the name of a further city, which says that it is made up."""
        return f"合成{self.number:03d}市"

    def key_prefix(self, kind: str, month: date) -> str:
        """Return what the keys of a month's cases, checks, findings or whistles begin with."""
        city = "" if self.number == 1 else f"C{self.number:03d}"
        return f"{city}{kind}{month:%Y%m}-"


FIRST_CITY = SyntheticCity(1)
