//! Integer widths: what the API server and the controller can hold.

/// What fits: the intersection of the CRD's `format` and the type that the controller reads it into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// The least number that fits.
    pub min: i128,
    /// The greatest number that fits.
    pub max: i128,
}

impl Width {
    /// Without a format, the API server takes what fits 64 bits, signed.
    pub const INT64: Self = Self { min: i64::MIN as i128, max: i64::MAX as i128 };

    /// The width of a CRD's `format` or of a controller's type; `None` when there is no such integer.
    pub fn named(name: &str) -> Option<Self> {
        let (signed, bits) = match name {
            "int8" => (true, 8),
            "int16" => (true, 16),
            "int32" => (true, 32),
            "int64" => (true, 64),
            "uint8" => (false, 8),
            "uint16" => (false, 16),
            "uint32" => (false, 32),
            "uint64" => (false, 64),
            _ => return None,
        };
        let values = 1_i128 << bits;
        Some(match signed {
            true => Self { min: -values / 2, max: values / 2 - 1 },
            false => Self { min: 0, max: values - 1 },
        })
    }

    /// What fits both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { min: self.min.max(other.min), max: self.max.min(other.max) }
    }

    /// Whether `value` fits.
    pub fn holds(self, value: i128) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsigned_number_in_a_signed_format_has_what_fits_both() {
        let width = Width::named("uint32").unwrap().and(Width::named("int32").unwrap());
        assert_eq!(width, Width { min: 0, max: 2_147_483_647 });
        assert_eq!(Width::named("int64"), Some(Width::INT64));
        assert!(!Width::named("uint8").unwrap().holds(256));
        assert_eq!(Width::named("date-time"), None);
    }
}
