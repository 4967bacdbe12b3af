// Linked into every C++ program: says that it ran out of memory where it ends for that reason.
#include <cstdlib>
#include <exception>
#include <new>
#include <unistd.h>

namespace {

[[noreturn]] void say_why_and_end() noexcept {
    if (std::exception_ptr thrown = std::current_exception()) {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::bad_alloc &) {
            if (write(3, "\0\0\0\1M", 5) == 5) _exit(1);
        } catch (...) {
        }
    }
    std::abort();
}

[[gnu::constructor]] void prepare() { std::set_terminate(say_why_and_end); }

}  // namespace
