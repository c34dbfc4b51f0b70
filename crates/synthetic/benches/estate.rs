//! How fast an estate of one ICB is made and written.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use synthetic::{Estate, Size};

fn write_icb(criterion: &mut Criterion) {
    let Ok(estate) = Estate::new(Size::Icb.options(1)) else { return };
    let mut group = criterion.benchmark_group("icb");
    group.sample_size(10).throughput(Throughput::Elements(60_000));
    group.bench_function("assets", |bencher| {
        bencher.iter(|| estate.write_assets(&mut std::io::sink()));
    });
    group.bench_function("organisations", |bencher| {
        bencher.iter(|| black_box(Estate::new(Size::Icb.options(1))));
    });
    group.finish();
}

criterion_group!(benches, write_icb);
criterion_main!(benches);
