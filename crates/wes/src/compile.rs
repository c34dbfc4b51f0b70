//! From what a rule says, inherited keys included, to what is evaluated: fields, types and tiers are checked here.

use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Place};
use inventory::catalogue::Group;
use inventory::{ClassCatalogue, Field, SetField};

use crate::condition::{Condition, Leaf};
use crate::explain_field::unknown_field;
use crate::node::Node;
use crate::predicate::{Addition, Covers, Predicate, PredicateKind, Scope, Strictness};
use crate::raw::{RawCondition, RawRemedy, RawRule, date_of};
use crate::rule::{Body, OnMissing, Remedy};
use crate::{Tier, Tiered, codes};

/// Compiles what a rule asks; `None` when it cannot be used, with the problems in the scope.
pub(crate) fn body(rule: &RawRule, catalogue: &ClassCatalogue, scope: &Scope<'_>) -> Option<Body> {
    let plain_tier = rule.tier.as_ref().map_or(Tier::Minimum, |tier| tier.value);
    let compiler = Compiler { scope, catalogue, plain_tier };
    let mut tiers = Tiered::none();
    let mut usable = compiler.check_shape(&rule.condition);
    for tier in compiler.tiers_of(&rule.condition) {
        match compiler.condition(&rule.condition, Some(tier)) {
            Some(condition) => tiers.set(tier, condition),
            None => usable = false,
        }
    }
    if !usable || tiers.is_empty() {
        return None;
    }
    compiler.check_order(&tiers, &rule.condition.place);
    let classes = rule.applies_to.as_ref().map(|list| list.value.clone()).unwrap_or_default();
    let from = compiler.starts(rule.from.as_ref(), &tiers);
    let on_missing = rule.on_missing.as_ref().map_or(OnMissing::Unknown, |own| own.value);
    Some(Body { classes, tiers, from, on_missing })
}

/// Compiles a remedy with its conditions.
pub(crate) fn remedy(
    raw: &RawRemedy,
    catalogue: &ClassCatalogue,
    scope: &Scope<'_>,
) -> Option<Remedy> {
    let compiler = Compiler { scope, catalogue, plain_tier: Tier::Minimum };
    let when = match &raw.when {
        None => None,
        Some(when) if compiler.check_shape(when) => Some(compiler.condition(when, None)?),
        Some(_) => return None,
    };
    let otherwise = match &raw.otherwise {
        None => None,
        Some(otherwise) => Some(Box::new(remedy(otherwise, catalogue, scope)?)),
    };
    Some(Remedy { kind: raw.kind, item: raw.item.clone(), when, otherwise })
}

/// Compiles a condition that stands alone, such as one side of a group rule.
pub(crate) fn condition(
    raw: &RawCondition,
    catalogue: &ClassCatalogue,
    scope: &Scope<'_>,
) -> Option<Condition> {
    let compiler = Compiler { scope, catalogue, plain_tier: Tier::Minimum };
    if compiler.check_shape(raw) { compiler.condition(raw, None) } else { None }
}

struct Compiler<'a> {
    scope: &'a Scope<'a>,
    catalogue: &'a ClassCatalogue,
    plain_tier: Tier,
}

impl Compiler<'_> {
    fn problem(&self, diagnostic: Diagnostic) {
        self.scope.problems.borrow_mut().push(diagnostic);
    }

    /// Every condition, however deep, must ask exactly one question. Returns whether all do.
    fn check_shape(&self, raw: &RawCondition) -> bool {
        let count = raw.question_count();
        if count != 1 {
            let found = if count == 0 { "no question" } else { "several questions" };
            self.problem(
                Diagnostic::error(
                    codes::ONE_PREDICATE,
                    format!("rule `{}`: a condition with {found}", self.scope.rule),
                )
                .at(raw.place.clone())
                .help(format!(
                    "write `field` and one of {}, or one of `all`, `any`, `not`",
                    PredicateKind::ALL
                        .iter()
                        .map(|kind| format!("`{}`", kind.word()))
                        .collect::<Vec<_>>()
                        .join(", ")
                )),
            );
        }
        let inner = raw
            .all
            .iter()
            .flatten()
            .chain(raw.any.iter().flatten())
            .chain(raw.not.as_deref())
            .chain(raw.when.as_deref());
        inner.fold(count == 1, |sound, inner| self.check_shape(inner) && sound)
    }

    /// The tiers at which the condition has a threshold of its own, weakest first.
    fn tiers_of(&self, raw: &RawCondition) -> Vec<Tier> {
        let mut found = Vec::new();
        for (_, operand) in &raw.tests {
            found.extend(operand.by_tier(self.plain_tier).0.tiers());
        }
        if let Some(ahead) = &raw.ahead {
            found.extend(ahead.by_tier(self.plain_tier).0.tiers());
        }
        let inner =
            raw.all.iter().flatten().chain(raw.any.iter().flatten()).chain(raw.not.as_deref());
        found.extend(inner.flat_map(|inner| self.tiers_of(inner)));
        found.sort();
        found.dedup();
        found
    }

    /// The condition at a tier; without one (in `when`) operands must be plain.
    fn condition(&self, raw: &RawCondition, tier: Option<Tier>) -> Option<Condition> {
        let asked = if let Some((kind, operand)) = raw.tests.first() {
            self.leaf(raw, *kind, operand, tier)
        } else if let Some(items) = &raw.all {
            self.many(items, tier).map(Condition::All)
        } else if let Some(items) = &raw.any {
            self.many(items, tier).map(Condition::Any)
        } else {
            raw.not
                .as_ref()
                .and_then(|inner| self.condition(inner, tier))
                .map(|inner| Condition::Not(Box::new(inner)))
        };
        let Some(when) = &raw.when else { return asked };
        let when = self.condition(when, None);
        Some(Condition::When { when: Box::new(when?), then: Box::new(asked?) })
    }

    fn many(&self, items: &[RawCondition], tier: Option<Tier>) -> Option<Vec<Condition>> {
        let compiled: Vec<Option<Condition>> =
            items.iter().map(|item| self.condition(item, tier)).collect();
        compiled.into_iter().collect()
    }

    fn leaf(
        &self,
        raw: &RawCondition,
        kind: PredicateKind,
        operand: &Node,
        tier: Option<Tier>,
    ) -> Option<Condition> {
        let fields = match kind.set() {
            Some(set) => self.no_fields(raw, set, operand)?,
            None => self.fields(raw)?,
        };
        self.check_field_count(raw, kind, operand, &fields)?;
        let Some(tier) = tier else {
            return self.plain_leaf(raw, kind, operand, fields);
        };
        let (tiered, others) = operand.by_tier(self.plain_tier);
        let by = self.by_field(&others);
        if kind == PredicateKind::SupportedBy {
            return self.supported(raw, tiered.at(tier).copied(), tier, fields);
        }
        let Some(own) = tiered.at(tier) else { return Some(Condition::Nothing) };
        match (by.ok()?, own.entries()) {
            (None, None) => self.predicate(kind, own, fields).map(Condition::Leaf),
            (Some(field), Some(cases)) => {
                let mut compiled = Vec::new();
                for (value, operand) in cases {
                    let key = Node {
                        shape: crate::node::Shape::Scalar(
                            crate::node::ScalarKind::Text,
                            value.value.clone(),
                        ),
                        place: value.place.clone(),
                    };
                    let value = self.scope.value(&key, field);
                    let leaf = self.predicate(kind, operand, fields.clone());
                    compiled.push((value?, leaf?));
                }
                Some(Condition::By { field, cases: compiled })
            }
            (Some(_), None) => {
                self.operand_problem(
                    own,
                    "with `by`, each tier holds one value a case",
                    "write { minimum = { case = value, ... } }",
                );
                None
            }
            (None, Some(_)) => {
                self.operand_problem(
                    own,
                    "expected a value, found a table",
                    "add `by = \"field\"` to choose the value by another field",
                );
                None
            }
        }
    }

    fn plain_leaf(
        &self,
        raw: &RawCondition,
        kind: PredicateKind,
        operand: &Node,
        fields: Vec<Field>,
    ) -> Option<Condition> {
        let tiered =
            std::iter::once(operand).chain(&raw.ahead).find(|node| node.entries().is_some());
        if let Some(tiered) = tiered {
            self.operand_problem(tiered, "`when` has no tiers", "write one value");
            return None;
        }
        if kind == PredicateKind::SupportedBy {
            return self.supported(raw, Some(operand), self.plain_tier, fields);
        }
        self.predicate(kind, operand, fields).map(Condition::Leaf)
    }

    fn supported(
        &self,
        raw: &RawCondition,
        table: Option<&Node>,
        tier: Tier,
        fields: Vec<Field>,
    ) -> Option<Condition> {
        // A further look ahead may begin at a higher tier than the table is named at.
        let Some(table) = table else { return Some(Condition::Nothing) };
        let leaf = self.predicate(PredicateKind::SupportedBy, table, fields)?;
        let ahead =
            raw.ahead.as_ref().and_then(|ahead| ahead.by_tier(self.plain_tier).0.at(tier).copied());
        let Predicate::SupportedBy(supported) = leaf.predicate else { return None };
        let supported = match ahead {
            None => supported,
            Some(ahead) => supported.with_ahead(self.scope.period(ahead)?),
        };
        Some(Condition::Leaf(Leaf { predicate: Predicate::SupportedBy(supported), ..leaf }))
    }

    fn predicate(&self, kind: PredicateKind, operand: &Node, fields: Vec<Field>) -> Option<Leaf> {
        // A predicate over a set has no field and looks at none.
        let first = fields.first().copied().unwrap_or(Field::Notes);
        let predicate = match kind {
            PredicateKind::Covers => Predicate::Covers(self.demand(operand, first)?),
            _ => Predicate::parse(kind, operand, first, self.scope)?,
        };
        if let Predicate::SupportedBy(supported) = &predicate
            && supported.table().key_count() != fields.len()
        {
            self.scope.error(
                codes::TABLE_FIELDS,
                operand,
                format!(
                    "table `{}` has {} key columns and the rule {} fields",
                    supported.table().name(),
                    supported.table().key_count(),
                    fields.len()
                ),
                "name one field for each key column, in the same order",
            );
            return None;
        }
        Some(Leaf { fields, predicate })
    }

    /// The demand that `covers` names, with its amounts in the unit of the field.
    fn demand(&self, operand: &Node, field: Field) -> Option<Covers> {
        self.scope.require_kind(
            operand,
            field,
            "covers",
            |kind| matches!(kind, inventory::Kind::Number(_)),
            "demands add up numbers such as `ram_gib`",
        )?;
        let name = operand.text().unwrap_or_default();
        let Some(raw) = self.scope.demands.get(name) else {
            let known = self.scope.demands.keys().map(String::as_str);
            let help = diagnostic::suggest(name, known).map_or_else(
                || format!("declare it under `[demand.{name}]`"),
                |near| format!("did you mean `{near}`?"),
            );
            self.operand_problem_of(
                codes::UNDECLARED,
                operand,
                format!("no demand `{name}` is declared"),
                help,
            );
            return None;
        };
        let amount = |node: &Node| match self.scope.value(node, field)? {
            inventory::Value::Number(steps) => Some(steps),
            _ => None,
        };
        let base = amount(&raw.base);
        let additions: Option<Vec<Addition>> = raw
            .additions
            .iter()
            .map(|own| {
                let when = self.check_shape(&own.when).then(|| self.condition(&own.when, None));
                Some(Addition { amount: amount(&own.amount)?, when: when?? })
            })
            .collect();
        Some(Covers { name: name.to_owned(), base: base?, additions: additions? })
    }

    /// A predicate over a set-valued fact names no field; the classes must be able to have the fact.
    fn no_fields(&self, raw: &RawCondition, set: SetField, operand: &Node) -> Option<Vec<Field>> {
        if let Some(field) = &raw.field {
            self.operand_problem(
                field,
                format!("`{set}` asks about a set and takes no `field`"),
                "remove `field`",
            );
            return None;
        }
        let without: Vec<&str> = self
            .scope
            .classes
            .iter()
            .filter(|class| {
                self.catalogue.spec(class).is_some_and(|spec| !set.applies_to(spec.family))
            })
            .map(inventory::Class::as_str)
            .collect();
        if !without.is_empty() {
            self.operand_problem_of(
                codes::FIELD_CLASS,
                operand,
                format!("`{set}` does not exist for {}", without.join(", ")),
                "restrict `applies_to` to computers",
            );
        }
        Some(Vec::new())
    }

    /// The fields asked about, known and existing for every class of the rule.
    fn fields(&self, raw: &RawCondition) -> Option<Vec<Field>> {
        let names = raw.field_names();
        if names.is_empty() {
            self.problem(
                Diagnostic::error(
                    codes::MISSING_KEY,
                    format!("rule `{}`: the condition names no field", self.scope.rule),
                )
                .at(raw.place.clone())
                .help("add `field = \"...\"` with a field of the catalogue"),
            );
            return None;
        }
        let mut fields = Vec::new();
        for name in names {
            if let Ok(field) = name.value.parse::<Field>() {
                self.check_field_class(field, &name.place);
                fields.push(Some(field));
            } else {
                self.problem(unknown_field(&name.value).at(name.place));
                fields.push(None);
            }
        }
        fields.into_iter().collect()
    }

    fn check_field_class(&self, field: Field, place: &Place) {
        if matches!(field, Field::AssetTag | Field::SerialNumber | Field::Class)
            || (field.group() == Group::Administration && field == Field::AssignedUser)
        {
            self.problem(
                Diagnostic::error(
                    codes::FIELD_CLASS,
                    format!(
                        "rule `{}`: `{field}` says which device it is, not what it is like",
                        self.scope.rule
                    ),
                )
                .at(place.clone())
                .help("use `applies_to` for classes and a waiver for single devices"),
            );
        }
        let without: Vec<&str> = self
            .scope
            .classes
            .iter()
            .filter(|class| {
                self.catalogue.spec(class).is_some_and(|spec| !field.applies_to(spec.family))
            })
            .map(inventory::Class::as_str)
            .collect();
        if !without.is_empty() {
            let families: Vec<&str> =
                field.spec().families.iter().map(|family| family.as_str()).collect();
            self.problem(
                Diagnostic::error(
                    codes::FIELD_CLASS,
                    format!(
                        "rule `{}`: `{field}` does not exist for {}",
                        self.scope.rule,
                        without.join(", ")
                    ),
                )
                .at(place.clone())
                .help(format!(
                    "restrict `applies_to`; `{field}` exists for: {}",
                    families.join(", ")
                )),
            );
        }
    }

    fn check_field_count(
        &self,
        raw: &RawCondition,
        kind: PredicateKind,
        operand: &Node,
        fields: &[Field],
    ) -> Option<()> {
        let supported = kind == PredicateKind::SupportedBy;
        if fields.len() > 1 && !supported {
            self.operand_problem_of(
                codes::TABLE_FIELDS,
                operand,
                format!("`{}` reads one field, found {}", kind.word(), fields.len()),
                "ask one question a field with `all = [...]`",
            );
            return None;
        }
        if let Some(ahead) = raw.ahead.as_ref().filter(|_| !supported) {
            self.operand_problem(ahead, "`ahead` belongs to `supported_by`", "remove `ahead`");
            return None;
        }
        Some(())
    }

    /// The field of `by`, if any.
    ///
    /// # Errors
    /// When the operand has keys that are neither tiers nor `by`; the problem is recorded.
    fn by_field(
        &self,
        others: &[&(diagnostic::toml_file::Located<String>, Node)],
    ) -> Result<Option<Field>, ()> {
        let mut by = None;
        for (key, value) in others.iter().copied() {
            let field = value.text().and_then(|word| word.parse::<Field>().ok());
            if key.value == "by" && field.is_some() {
                by = field;
            } else if key.value == "by" {
                self.problem(
                    unknown_field(value.text().unwrap_or_default()).at(value.place.clone()),
                );
                return Err(());
            } else {
                let near =
                    diagnostic::suggest(&key.value, ["minimum", "recommended", "target", "by"]);
                self.problem(
                    Diagnostic::error(
                        codes::UNKNOWN_KEY,
                        format!("rule `{}`: unknown tier `{}`", self.scope.rule, key.value),
                    )
                    .at(key.place.clone())
                    .help(near.map_or_else(
                        || "tiers are `minimum`, `recommended` and `target`".to_owned(),
                        |near| format!("a key with a similar name exists: `{near}`"),
                    )),
                );
                return Err(());
            }
        }
        Ok(by)
    }

    /// Each tier must ask at least what the weaker one asks.
    fn check_order(&self, tiers: &Tiered<Condition>, place: &Place) {
        let present: Vec<Tier> = tiers.tiers().collect();
        for pair in present.windows(2) {
            let [weaker, stronger] = pair else { continue };
            let (Some(low), Some(high)) = (tiers.get(*weaker), tiers.get(*stronger)) else {
                continue;
            };
            let strictness = high.strictness(low);
            if strictness.is_no_looser() {
                continue;
            }
            let class = self.scope.classes.first();
            let words = |condition: &Condition| {
                class.map(|class| condition.requirement(class)).unwrap_or_default()
            };
            let how = if strictness == Strictness::Looser {
                "asks less than"
            } else {
                "does not include"
            };
            self.problem(
                Diagnostic::error(
                    codes::TIER_ORDER,
                    format!("rule `{}`: {stronger} {how} {weaker}", self.scope.rule),
                )
                .at(place.clone())
                .help(format!("{weaker} is `{}`, {stronger} is `{}`; each tier must ask at least what the weaker one asks", words(low), words(high))),
            );
        }
    }

    fn starts(&self, node: Option<&Node>, tiers: &Tiered<Condition>) -> Tiered<chrono::NaiveDate> {
        let mut starts = Tiered::none();
        let Some(node) = node else { return starts };
        let wanted = |node: &Node| {
            let date = date_of(node);
            if date.is_none() {
                self.operand_problem(
                    node,
                    format!("expected a date, found {}", node.written()),
                    "write a date such as 2027-04-01",
                );
            }
            date
        };
        let Some(entries) = node.entries() else {
            if let Some(date) = wanted(node) {
                tiers.tiers().for_each(|tier| starts.set(tier, date));
            }
            return starts;
        };
        let mut by_tier: BTreeMap<Tier, &Node> = BTreeMap::new();
        for (key, value) in entries {
            match key.value.parse::<Tier>() {
                Ok(tier) if tiers.get(tier).is_some() => drop(by_tier.insert(tier, value)),
                Ok(tier) => self.operand_problem_of(
                    codes::NO_TIER,
                    value,
                    format!("`from` names {tier}, for which there is no threshold"),
                    format!("give {tier} a threshold or remove its date"),
                ),
                Err(_) => self.operand_problem_of(
                    codes::UNKNOWN_KEY,
                    value,
                    format!("unknown tier `{}`", key.value),
                    "tiers are `minimum`, `recommended` and `target`",
                ),
            }
        }
        for (tier, node) in by_tier {
            if let Some(date) = wanted(node) {
                starts.set(tier, date);
            }
        }
        starts
    }

    fn operand_problem(&self, node: &Node, message: impl Into<String>, help: impl Into<String>) {
        self.operand_problem_of(codes::OPERAND, node, message, help);
    }

    fn operand_problem_of(
        &self,
        code: diagnostic::Code,
        node: &Node,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.scope.error(code, node, message, help);
    }
}
