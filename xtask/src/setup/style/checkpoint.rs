//! [`Checkpoint`]: variables as TensorFlow saves them ("tensor bundle", version 2).
//!
//! The index is a sorted table in the format of LevelDB: data blocks of entries whose keys share
//! beginnings, a block that points to them, and a footer that points to that. Each value is a
//! protocol buffer, `BundleEntryProto`: 1 type, 2 shape, 3 shard, 4 offset, 5 size. The data are the
//! tensors, one after the other, little endian. (TensorFlow: `tensor_bundle.proto`,
//! `tensor_bundle.h`; LevelDB: `doc/table_format.md`.)

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};

const FOOTER_LEN: usize = 48;
const MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();
/// Type byte and checksum after each block.
const TRAILER_LEN: usize = 5;
const DT_FLOAT: u64 = 1;

/// Saved variables.
#[derive(Debug)]
pub(super) struct Checkpoint {
    tensors: BTreeMap<String, Entry>,
    data: Vec<u8>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Entry {
    kind: u64,
    shape: Vec<usize>,
    shard: u64,
    offset: usize,
    size: usize,
}

impl Checkpoint {
    /// Reads `index`, whose tensors lie in `data`.
    pub(super) fn read(index: &[u8], data: Vec<u8>) -> anyhow::Result<Self> {
        let tensors = read_index(index).context("the index of the weights can't be read")?;
        Ok(Self { tensors, data })
    }

    /// The variable `name`, which must have the dimensions `shape`; last dimension fastest.
    pub(super) fn tensor(&self, name: &str, shape: &[usize]) -> anyhow::Result<Vec<f64>> {
        let entry = self.tensors.get(name).with_context(|| format!("there is no {name}"))?;
        ensure!(
            entry.kind == DT_FLOAT && entry.shard == 0 && entry.shape == shape,
            "{name} is not a tensor of floats {shape:?}"
        );
        let n_values: usize = shape.iter().product();
        let bytes = self.data.get(entry.offset..).and_then(|rest| rest.get(..entry.size));
        let bytes = bytes.filter(|bytes| bytes.len() == 4 * n_values);
        let values = bytes.with_context(|| format!("{name} is cut short"))?.as_chunks().0;
        let values: Vec<f64> = values.iter().map(|&b| f64::from(f32::from_le_bytes(b))).collect();
        ensure!(values.iter().all(|x| x.is_finite()), "{name} holds a value that is not finite");
        Ok(values)
    }
}

fn read_index(index: &[u8]) -> anyhow::Result<BTreeMap<String, Entry>> {
    let footer = index.len().checked_sub(FOOTER_LEN).and_then(|at| index.get(at..));
    let mut footer = footer.context("it is too short")?;
    ensure!(footer.ends_with(&MAGIC), "it does not end as such an index does");
    // The first handle points to a block of no use here.
    handle(&mut footer)?;
    let mut tensors = BTreeMap::new();
    for (_, place) in entries(block(index, handle(&mut footer)?)?)? {
        for (name, value) in entries(block(index, handle(&mut place.as_slice())?)?)? {
            // The empty name has what belongs to the whole.
            if !name.is_empty() {
                let name = String::from_utf8(name).context("a name is no text")?;
                let entry = entry(&value).with_context(|| format!("{name} is damaged"))?;
                tensors.insert(name, entry);
            }
        }
    }
    Ok(tensors)
}

/// Offset and size of a block.
fn handle(rest: &mut &[u8]) -> anyhow::Result<(usize, usize)> {
    Ok((length(rest)?, length(rest)?))
}

/// The bytes of a block, its trailer left out.
fn block(index: &[u8], (offset, size): (usize, usize)) -> anyhow::Result<&[u8]> {
    let bytes = offset.checked_add(size).and_then(|end| {
        let trailer = index.get(end..)?.get(..TRAILER_LEN)?;
        Some((index.get(offset..end)?, trailer))
    });
    let (bytes, trailer) = bytes.context("a block lies beyond its end")?;
    ensure!(trailer.first() == Some(&0), "a block is compressed, which is not known here");
    Ok(bytes)
}

/// Keys and values of a block.
fn entries(block: &[u8]) -> anyhow::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let n_restarts = block.last_chunk().map(|&bytes| u32::from_le_bytes(bytes) as usize);
    let end = n_restarts
        .and_then(|n| n.checked_add(1)?.checked_mul(4))
        .and_then(|n_bytes| block.len().checked_sub(n_bytes));
    let mut rest = end.and_then(|end| block.get(..end)).context("a block is too short")?;
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    while !rest.is_empty() {
        let (n_shared, n_own, n_value) =
            (length(&mut rest)?, length(&mut rest)?, length(&mut rest)?);
        let before = found.last().map_or(&[][..], |(key, _)| key);
        let mut key = before.get(..n_shared).context("a key shares more than there is")?.to_vec();
        key.extend_from_slice(taken(&mut rest, n_own)?);
        found.push((key, taken(&mut rest, n_value)?.to_vec()));
    }
    Ok(found)
}

fn entry(mut rest: &[u8]) -> anyhow::Result<Entry> {
    let mut entry = Entry::default();
    while let Some((number, field)) = next_field(&mut rest)? {
        match (number, field) {
            (1, Field::Number(kind)) => entry.kind = kind,
            (2, Field::Bytes(shape)) => entry.shape = dimensions(shape)?,
            (3, Field::Number(shard)) => entry.shard = shard,
            (4, Field::Number(offset)) => entry.offset = usize::try_from(offset)?,
            (5, Field::Number(size)) => entry.size = usize::try_from(size)?,
            _ => {}
        }
    }
    Ok(entry)
}

/// `TensorShapeProto`: 2 dimension, and of each 1 size.
fn dimensions(mut rest: &[u8]) -> anyhow::Result<Vec<usize>> {
    let mut shape = Vec::new();
    while let Some((number, field)) = next_field(&mut rest)? {
        let (2, Field::Bytes(mut dimension)) = (number, field) else { continue };
        let mut size = 0;
        while let Some((number, field)) = next_field(&mut dimension)? {
            if let (1, Field::Number(n)) = (number, field) {
                size = usize::try_from(n)?;
            }
        }
        shape.push(size);
    }
    Ok(shape)
}

/// A field of a protocol buffer, as far as it matters here.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

fn next_field<'a>(rest: &mut &'a [u8]) -> anyhow::Result<Option<(u64, Field<'a>)>> {
    if rest.is_empty() {
        return Ok(None);
    }
    let tag = number(rest)?;
    let field = match tag & 7 {
        0 => Field::Number(number(rest)?),
        1 => taken(rest, 8).map(|_| Field::Fixed)?,
        2 => {
            let n_bytes = length(rest)?;
            Field::Bytes(taken(rest, n_bytes)?)
        }
        5 => taken(rest, 4).map(|_| Field::Fixed)?,
        kind => bail!("a field has the unknown type {kind}"),
    };
    Ok(Some((tag >> 3, field)))
}

fn taken<'a>(rest: &mut &'a [u8], n_bytes: usize) -> anyhow::Result<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n_bytes).context("it ends early")?;
    *rest = tail;
    Ok(head)
}

fn length(rest: &mut &[u8]) -> anyhow::Result<usize> {
    Ok(usize::try_from(number(rest)?)?)
}

/// Seven bits a byte, lowest first; the highest bit says that more follow.
fn number(rest: &mut &[u8]) -> anyhow::Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = taken(rest, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number does not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of one block with `entries`, whose keys share what they can, as TensorFlow's do.
    fn index(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut index = Vec::new();
        let mut keys = b"".as_slice();
        let mut data = Vec::new();
        for (key, value) in entries {
            let key = key.as_bytes();
            let n_shared = keys.iter().zip(key).take_while(|(a, b)| a == b).count();
            data.extend([n_shared as u8, (key.len() - n_shared) as u8, value.len() as u8]);
            data.extend(&key[n_shared..]);
            data.extend(value);
            keys = key;
        }
        let mut block = |content: &[u8]| {
            let offset = index.len();
            index.extend(content);
            index.extend([0, 0, 0, 0, 1, 0, 0, 0]);
            let size = index.len() - offset;
            index.extend([0; TRAILER_LEN]);
            [offset as u8 | 0x80, (offset >> 7) as u8, size as u8 | 0x80, (size >> 7) as u8]
        };
        let first = block(&data);
        let second = block(&[&[0, 1, 4, b'z'], first.as_slice()].concat());
        index.extend([0, 0]);
        index.extend(second);
        index.extend([0; FOOTER_LEN - 2 - 4 - MAGIC.len()]);
        index.extend(MAGIC);
        index
    }

    /// A tensor of floats `[2][1]` at `offset`.
    fn value(offset: u8) -> Vec<u8> {
        vec![
            0x08, 1, 0x12, 8, 0x12, 2, 0x08, 2, 0x12, 2, 0x08, 1, 0x20, offset, 0x28, 8, 0x35, 9,
            9, 9, 9,
        ]
    }

    fn some_index() -> Vec<u8> {
        index(&[("", vec![0x08, 1]), ("dense/bias", value(0)), ("dense/kernel", value(8))])
    }

    fn some_data() -> Vec<u8> {
        [1.0f32, 2.0, 3.0, -4.5].iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    #[test]
    fn variables_are_found_by_name_and_shape() {
        let checkpoint = Checkpoint::read(&some_index(), some_data()).unwrap();
        assert_eq!(checkpoint.tensor("dense/kernel", &[2, 1]).unwrap(), [3.0, -4.5]);
        assert_eq!(checkpoint.tensor("dense/bias", &[2, 1]).unwrap(), [1.0, 2.0]);
        assert!(checkpoint.tensor("dense/kernel", &[1, 2]).is_err());
        assert!(checkpoint.tensor("dense", &[2, 1]).is_err());
    }

    #[test]
    fn data_cut_short_are_refused() {
        let data = some_data()[..12].to_vec();
        let checkpoint = Checkpoint::read(&some_index(), data).unwrap();
        let error = checkpoint.tensor("dense/kernel", &[2, 1]).unwrap_err();
        assert_eq!(error.to_string(), "dense/kernel is cut short");
    }

    #[test]
    fn no_index_that_is_cut_or_altered_makes_it_panic() {
        let whole = some_index();
        for len in 0..whole.len() {
            assert!(Checkpoint::read(&whole[..len], Vec::new()).is_err(), "{len}");
        }
        for at in 0..whole.len() {
            for bits in [0x01, 0x80, 0xff] {
                let mut altered = whole.clone();
                altered[at] ^= bits;
                if let Ok(checkpoint) = Checkpoint::read(&altered, some_data()) {
                    let _ = checkpoint.tensor("dense/kernel", &[2, 1]);
                }
            }
        }
    }
}
