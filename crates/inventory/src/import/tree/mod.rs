//! Nested documents as trees with places: JSON and XML alike, so that one reader of a format serves both.

mod json;
mod xml;

pub(super) use json::{JsonFault, JsonItem, JsonItems};
pub(super) use xml::{Bounded, XmlFault, read_xml, reference};

/// Deepest nesting of a document.
pub(super) const MAX_DEPTH: usize = 64;
/// Most bytes of one device's document, or of one element of a list of them.
pub(super) const MAX_ITEM_BYTES: u64 = 32 * 1024 * 1024;
/// Most values of one item.
pub(super) const MAX_ITEM_NODES: usize = 1_000_000;

/// A value of a document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) enum Node {
    /// Nothing.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number as it was written, never as a binary fraction.
    Number(Box<str>),
    /// A text.
    Text(Box<str>),
    /// Values in order.
    List(Vec<Self>),
    /// Named values in the order of the document.
    Map(Vec<(Box<str>, Self)>),
}

impl Node {
    /// The value of a name, whatever its case: agents write `SSN` in XML and `ssn` in JSON.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// The value at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The text or number at the end of a path, trimmed; nothing when it is empty.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path)? {
            Self::Text(text) | Self::Number(text) => {
                Some(text.trim()).filter(|text| !text.is_empty())
            }
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The values of a list; a lone value is a list of itself, as XML writes it.
    pub(super) fn each(&self, path: &[&str]) -> impl Iterator<Item = &Self> {
        let found = self.at(path);
        let (many, one): (&[Self], Option<&Self>) = match found {
            Some(Self::List(all)) => (all, None),
            Some(Self::Null) | None => (&[], None),
            Some(other) => (&[], Some(other)),
        };
        many.iter().chain(one)
    }

    /// The names of a map, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let entries: &[(Box<str>, Self)] = match self {
            Self::Map(entries) => entries,
            _ => &[],
        };
        entries.iter().map(|(name, _)| &**name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_do_not_mind_case_and_one_is_a_list_of_one() {
        let leaf = |text: &str| Node::Text(text.into());
        let bios = Node::Map(vec![("SSN".into(), leaf(" X1 ")), ("EMPTY".into(), leaf("  "))]);
        let node = Node::Map(vec![("Bios".into(), bios)]);
        assert_eq!(node.text(&["bios", "ssn"]), Some("X1"));
        assert_eq!(node.text(&["bios", "empty"]), None);
        assert_eq!(node.each(&["BIOS"]).count(), 1);
        assert_eq!(node.each(&["nothing"]).count(), 0);
    }
}
