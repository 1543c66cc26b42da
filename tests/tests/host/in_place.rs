//! `block_in_place`: the thread is no executor's any more while it lasts, so nobody is held up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hostkit::param::{Stop, Tasks};
use hostkit::{Every, Host};
use hostkit_tests::ends;

use super::log;
use super::world::{millis, pass, secs};

fn blocks(time: u64) {
    std::thread::sleep(millis(time));
}

fn warned(name: &str) -> usize {
    let told = log::with(&format!("service={name}")).into_iter();
    told.filter(|record| record.text.contains("holds its executor thread")).count()
}

/// With one worker as with several; by a service, a run of a timer and a task.
#[test]
fn to_block_in_place_holds_nobody_up_and_is_no_stall() {
    log::gather();
    for workers in [1, 2] {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap();
        runtime.block_on(async {
            let (service, timer, task) = (
                format!("in-place-service-{workers}"),
                format!("in-place-timer-{workers}"),
                format!("in-place-tasks-{workers}"),
            );
            let beside = Arc::new(AtomicBool::new(false));
            let here = beside.clone();
            let host = Host::builder()
                .stall_warning(millis(60))
                .service(service.clone(), |stop: Stop| async move {
                    tokio::task::block_in_place(|| blocks(500));
                    stop.requested().await;
                })
                .timed(timer.clone(), Every::secs(100), || async {
                    tokio::task::block_in_place(|| blocks(500))
                })
                .service(task.clone(), move |tasks: Tasks, stop: Stop| {
                    let here = here.clone();
                    async move {
                        tasks
                            .spawn("in-place", async { tokio::task::block_in_place(|| blocks(500)) })
                            .unwrap();
                        pass(millis(50)).await;
                        here.store(true, Ordering::SeqCst);
                        stop.requested().await;
                    }
                });
            let host = host.build().unwrap().start().await.unwrap();
            pass(millis(400)).await;
            assert!(beside.load(Ordering::SeqCst), "others run meanwhile");
            pass(millis(400)).await;
            for name in [&service, &timer, &task] {
                assert_eq!((warned(name), host.handle().service(name).unwrap().stalls()), (0, 0), "{name}");
            }
            let report = ends(host.stop()).await;
            assert!(report.is_clean(), "{report}");
        });
    }
}

/// One that really holds its thread is named, whoever blocks in place beside it.
#[test]
fn a_stall_beside_it_is_named_all_the_same() {
    log::gather();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let host = Host::builder()
            .stall_warning(millis(60))
            .service("in-place-beside", |stop: Stop| async move {
                tokio::task::block_in_place(|| blocks(1_500));
                stop.requested().await;
            })
            .service("in-place-stalls", |stop: Stop| async move {
                pass(millis(300)).await;
                blocks(600);
                stop.requested().await;
            });
        let host = host.build().unwrap().start().await.unwrap();
        pass(secs(2)).await;
        assert_eq!((warned("in-place-beside"), warned("in-place-stalls")), (0, 1));
        ends(host.stop()).await;
    });
}
