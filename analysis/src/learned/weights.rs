//! [`Weights`]: the tensors of a trained network, read from the bytes of its file.
//!
//! The file is `JAMNET01`, the number of tensors (u32), then for each tensor the length of its name
//! (u8), the name (ASCII), the number of dimensions (u8), the dimensions (u32 each) and the values
//! in half precision (IEEE 754 binary16), last dimension fastest. All numbers little-endian.

const MAGIC: &[u8] = b"JAMNET01";

/// Tensors by name; each is taken out once, by the layer it belongs to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Weights {
    tensors: Vec<Tensor>,
}

#[derive(Clone, Debug, PartialEq)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// Weights that are not what the network needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WeightsError {
    #[error("not a file of weights: it doesn't begin with JAMNET01")]
    Magic,
    #[error("the file of weights ends early, in tensor {tensor_idx}")]
    Short { tensor_idx: usize },
    #[error("{n_bytes} bytes follow the last tensor")]
    Rest { n_bytes: usize },
    #[error("tensor {tensor_idx} has a name that is not ASCII or comes twice")]
    Name { tensor_idx: usize },
    #[error("tensor {name} holds a value that is not finite")]
    NotFinite { name: String },
    #[error("there is no tensor {name}")]
    Missing { name: String },
    #[error("tensor {name} has the shape {actual:?}, not {expected:?}")]
    Shape { name: String, expected: Vec<usize>, actual: Vec<usize> },
    #[error("tensor {name} belongs to no layer")]
    Unused { name: String },
}

impl Weights {
    /// Reads a whole file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(WeightsError::Magic)?;
        let short = |tensor_idx| WeightsError::Short { tensor_idx };
        let n_tensors = number(&mut rest).ok_or(short(0))?;
        let mut weights = Self::default();
        for tensor_idx in 0..n_tensors {
            let tensor = Tensor::read(&mut rest, tensor_idx)?;
            if weights.position(&tensor.name).is_some() {
                return Err(WeightsError::Name { tensor_idx });
            }
            if !tensor.values.iter().all(|x| x.is_finite()) {
                return Err(WeightsError::NotFinite { name: tensor.name });
            }
            weights.tensors.push(tensor);
        }
        if !rest.is_empty() {
            return Err(WeightsError::Rest { n_bytes: rest.len() });
        }
        Ok(weights)
    }

    /// Takes the tensor `name` out, which must have the dimensions `shape`; values in file order.
    pub(crate) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let missing = || WeightsError::Missing { name: name.to_owned() };
        let tensor = self.tensors.swap_remove(self.position(name).ok_or_else(missing)?);
        if tensor.shape != shape {
            return Err(WeightsError::Shape {
                name: tensor.name,
                expected: shape.to_vec(),
                actual: tensor.shape,
            });
        }
        Ok(tensor.values)
    }

    /// Says that every layer has its weights: none may be left over.
    pub(crate) fn finish(self) -> Result<(), WeightsError> {
        match self.tensors.into_iter().next() {
            Some(tensor) => Err(WeightsError::Unused { name: tensor.name }),
            None => Ok(()),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.tensors.iter().position(|tensor| tensor.name == name)
    }
}

impl Tensor {
    fn read(rest: &mut &[u8], tensor_idx: usize) -> Result<Self, WeightsError> {
        let short = WeightsError::Short { tensor_idx };
        let bytes_of_name =
            byte(rest).and_then(|n_bytes| taken(rest, n_bytes)).ok_or(short.clone())?;
        let name = match std::str::from_utf8(bytes_of_name) {
            Ok(name) if name.is_ascii() && !name.is_empty() => name.to_owned(),
            _ => return Err(WeightsError::Name { tensor_idx }),
        };
        let n_dims = byte(rest).ok_or(short.clone())?;
        let shape: Vec<usize> =
            (0..n_dims).map(|_| number(rest)).collect::<Option<_>>().ok_or(short.clone())?;
        // A shape beyond all memory has more values than the file has bytes.
        let n_bytes = shape.iter().try_fold(2_usize, |n, &dim| n.checked_mul(dim));
        let halves = n_bytes.and_then(|n_bytes| taken(rest, n_bytes)).ok_or(short)?;
        let values =
            halves.chunks_exact(2).map(|pair| from_half(u16::from_le_bytes([pair[0], pair[1]])));
        Ok(Self { name, shape, values: values.collect() })
    }
}

fn taken<'a>(rest: &mut &'a [u8], n_bytes: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n_bytes)?;
    *rest = tail;
    Some(head)
}

fn byte(rest: &mut &[u8]) -> Option<usize> {
    taken(rest, 1).map(|bytes| usize::from(bytes[0]))
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let bytes = taken(rest, 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// The value of an IEEE 754 binary16 number.
fn from_half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    match exponent {
        0 => sign * fraction * 2.0_f32.powi(-14),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction) * 2.0_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The bytes of a file of tensors; values are rounded towards zero to half precision.
    pub(crate) fn file(tensors: &[(&str, &[usize], Vec<f32>)]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((tensors.len() as u32).to_le_bytes());
        for (name, shape, values) in tensors {
            bytes.push(name.len() as u8);
            bytes.extend(name.as_bytes());
            bytes.push(shape.len() as u8);
            bytes.extend(shape.iter().flat_map(|&dim| (dim as u32).to_le_bytes()));
            bytes.extend(values.iter().flat_map(|&x| to_half(x).to_le_bytes()));
        }
        bytes
    }

    /// Half precision of a value within its normal range, rounded towards zero.
    fn to_half(value: f32) -> u16 {
        let bits = value.to_bits();
        let exponent = (bits >> 23 & 0xff) as i32 - 127 + 15;
        let sign = (bits >> 16 & 0x8000) as u16;
        if exponent <= 0 {
            sign
        } else {
            sign | (exponent as u16) << 10 | (bits >> 13 & 0x3ff) as u16
        }
    }

    fn two() -> Vec<u8> {
        file(&[
            ("a.weight", &[2, 3], vec![1.0, -2.5, 0.125, 0.0, 3.0, 65504.0]),
            ("b", &[1], vec![0.5]),
        ])
    }

    #[test]
    fn tensors_are_read_by_name_and_shape() {
        let mut weights = Weights::read(&two()).unwrap();
        assert_eq!(weights.take("b", &[1]).unwrap(), [0.5]);
        assert_eq!(
            weights.take("a.weight", &[2, 3]).unwrap(),
            [1.0, -2.5, 0.125, 0.0, 3.0, 65504.0]
        );
        assert_eq!(weights.finish(), Ok(()));
    }

    #[test]
    fn what_does_not_fit_the_network_is_said() {
        let mut weights = Weights::read(&two()).unwrap();
        assert_eq!(weights.take("c", &[1]), Err(WeightsError::Missing { name: "c".into() }));
        let error = weights.take("a.weight", &[3, 2]).unwrap_err();
        assert_eq!(error.to_string(), "tensor a.weight has the shape [2, 3], not [3, 2]");
        assert_eq!(weights.finish(), Err(WeightsError::Unused { name: "b".into() }));
    }

    #[test]
    fn every_file_cut_short_or_long_is_refused() {
        let whole = two();
        for len in 0..whole.len() {
            assert!(Weights::read(&whole[..len]).is_err(), "{len}");
        }
        let longer = [whole.as_slice(), &[0]].concat();
        assert_eq!(Weights::read(&longer), Err(WeightsError::Rest { n_bytes: 1 }));
        let twice = file(&[("a", &[1], vec![1.0]), ("a", &[1], vec![1.0])]);
        assert_eq!(Weights::read(&twice), Err(WeightsError::Name { tensor_idx: 1 }));
    }

    #[test]
    fn a_shape_beyond_all_memory_is_refused() {
        let mut bytes = file(&[("a", &[], vec![])]);
        bytes.truncate(MAGIC.len() + 4 + 2);
        bytes.push(4);
        bytes.extend([0xff; 16]);
        assert_eq!(Weights::read(&bytes), Err(WeightsError::Short { tensor_idx: 0 }));
    }

    #[test]
    fn halves_have_the_values_of_the_standard() {
        let values = [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x8001, -5.960_464_5e-8),
            (0x7c00, f32::INFINITY),
        ];
        for (bits, value) in values {
            assert_eq!(from_half(bits), value, "{bits:#06x}");
        }
        assert!(from_half(0x7c01).is_nan());
        let bytes = file(&[("a", &[1], vec![65504.0 * 2.0])]);
        assert_eq!(Weights::read(&bytes), Err(WeightsError::NotFinite { name: "a".into() }));
    }
}
