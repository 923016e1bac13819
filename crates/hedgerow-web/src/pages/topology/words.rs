//! The words of the picture: what a device is, what a link is for, how both stand.

/// How an object stands, beside being there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Nothing to say.
    #[default]
    Fine,
    /// Another text of it waits in the inbox and is held.
    Held,
    /// A finding of severity error is about it.
    Invalid,
}

impl Mark {
    /// The class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Held => "held",
            Self::Invalid => "invalid",
        }
    }

    /// The sign beside its colour.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Fine => "",
            Self::Held => "⏸",
            Self::Invalid => "⚠",
        }
    }

    /// Whether there is nothing to say.
    pub fn is_fine(self) -> bool {
        self == Self::Fine
    }
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A switch that connects leaves.
    Spine,
    /// A switch with servers, or any other that is no spine.
    Leaf,
    /// A gateway.
    Gateway,
    /// A server.
    Server,
    /// What is outside.
    External,
}

impl Role {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Spine => "spine",
            Self::Leaf => "leaf",
            Self::Gateway => "gateway",
            Self::Server => "server",
            Self::External => "external",
        }
    }

    /// For people, of several.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Spine => "spines",
            Self::Leaf => "leaves",
            Self::Gateway => "gateways",
            Self::Server => "servers",
            Self::External => "externals",
        }
    }
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// Spine and leaf.
    Fabric,
    /// Leaf and leaf.
    Mesh,
    /// Switch and gateway.
    Gateway,
    /// Two switches of one MCLAG domain.
    Domain,
    /// A server on two switches, MCLAG.
    Mclag,
    /// A server on several switches, ESLAG.
    Eslag,
    /// Several ports of a server on one switch.
    Bundled,
    /// One port of a server.
    Unbundled,
    /// A switch and what is outside.
    External,
    /// A switch and itself.
    Loopback,
}

impl LinkKind {
    /// All, in the order of the legend.
    pub const ALL: [Self; 10] = [
        Self::Fabric,
        Self::Mesh,
        Self::Gateway,
        Self::Domain,
        Self::Mclag,
        Self::Eslag,
        Self::Bundled,
        Self::Unbundled,
        Self::External,
        Self::Loopback,
    ];

    /// For people, and the class of its line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fabric => "fabric",
            Self::Mesh => "mesh",
            Self::Gateway => "gateway",
            Self::Domain => "mclag-domain",
            Self::Mclag => "mclag",
            Self::Eslag => "eslag",
            Self::Bundled => "bundled",
            Self::Unbundled => "unbundled",
            Self::External => "external",
            Self::Loopback => "vpc-loopback",
        }
    }
}
