// Calls one function of a C++ program with plain data and replies with what it claims to return.
//
// Standard input holds the calls: each its size in bytes, ':', and a value that is the list of its arguments.
// A value is  n (none)  t  f  i<digits>;  d<number>;  s<bytes>:<text>  l<count>;<values>  m<count>;<pairs>.
// Which type an argument is read into is deduced from the function. The reply is the sandbox's own plain data
// (wire.py). The program shares this process and may forge all of it: the expected values are not here.
#include <cxxabi.h>
#include <unistd.h>

namespace rlvr_calls {

struct Mismatch {
    std::string why;
};

template <class> inline constexpr bool never = false;
template <class T> concept TupleLike = requires { std::tuple_size<T>::value; };
template <class T> concept MapLike = requires { typename T::mapped_type; typename T::key_type; };
template <class T> concept Container = requires(T c) { typename T::value_type; c.begin(); c.end(); };
template <class T> concept Unique = requires(T c, typename T::value_type v) {
    typename T::key_type;
    { c.insert(v).second } -> std::convertible_to<bool>;
};
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_variant = false;
template <class... T> inline constexpr bool is_variant<std::variant<T...>> = true;
template <class T> inline constexpr bool is_array = false;
template <class T, std::size_t N> inline constexpr bool is_array<std::array<T, N>> = true;
template <class T> concept Integer = std::is_integral_v<T> || std::is_same_v<T, __int128> || std::is_same_v<T, unsigned __int128>;

// ------------------------------------------------------------------------------------------------ reading

struct In {
    const char *at, *end;

    char peek() const { return at < end ? *at : '\0'; }
    [[noreturn]] void refuse(const char *wanted) const {
        const char kind = peek();
        const char *given = kind == 'n' ? "none" : kind == 't' || kind == 'f' ? "a bool" : kind == 'i' ? "an integer"
            : kind == 'd' ? "a float" : kind == 's' ? "a string" : kind == 'l' ? "a list" : kind == 'm' ? "a map" : "nothing";
        throw Mismatch{std::string("TypeError: ") + given + " was given where " + wanted + " is taken"};
    }
    void expect(char kind, const char *wanted) {
        if (peek() != kind) refuse(wanted);
        ++at;
    }
    std::string_view upto(char stop) {
        const char *from = at;
        while (at < end && *at != stop) ++at;
        return {from, static_cast<std::size_t>(at++ - from)};
    }
    std::size_t size(char stop) {
        std::size_t found = 0;
        for (char digit : upto(stop)) found = found * 10 + static_cast<std::size_t>(digit - '0');
        return found;
    }
    std::string_view text(const char *wanted) {
        expect('s', wanted);
        const std::size_t length = size(':');
        at += length;
        return {at - length, length};
    }
};

template <class T> T read_integer(In &in) {
    in.expect('i', "an integer");
    std::string_view digits = in.upto(';');
    const bool negative = digits.starts_with('-');
    unsigned __int128 size = 0, limit = static_cast<unsigned __int128>(std::numeric_limits<T>::max());
    if (negative) limit = std::numeric_limits<T>::is_signed ? limit + 1 : 0;
    for (char digit : digits.substr(negative)) {
        if (size > (limit - static_cast<unsigned>(digit - '0')) / 10 && (size != 0 || limit < static_cast<unsigned>(digit - '0')))
            throw Mismatch{"OverflowError: " + std::string(digits.substr(0, 40)) + " does not fit the parameter's type"};
        size = size * 10 + static_cast<unsigned>(digit - '0');
    }
    return static_cast<T>(negative ? -size : size);
}

inline const std::string &keep(std::string_view text) {  // for parameters that only point to their text
    static std::deque<std::string> kept;
    return kept.emplace_back(text);
}

template <class T> T read(In &in);

template <class T, std::size_t... I> T read_fields(In &in, std::index_sequence<I...>) {
    return T{read<std::tuple_element_t<I, T>>(in)...};
}

template <class T> T read(In &in) {
    if constexpr (std::is_same_v<T, bool>) {
        if (in.peek() != 't' && in.peek() != 'f') in.refuse("a bool");
        return *in.at++ == 't';
    } else if constexpr (std::is_same_v<T, char>) {
        const std::string_view text = in.text("a character");
        if (text.size() != 1) throw Mismatch{"TypeError: a string of one byte is taken as a character"};
        return text[0];
    } else if constexpr (Integer<T>) {
        return read_integer<T>(in);
    } else if constexpr (std::is_floating_point_v<T>) {
        if (in.peek() != 'd' && in.peek() != 'i') in.refuse("a number");
        ++in.at;
        return static_cast<T>(std::strtold(std::string(in.upto(';')).c_str(), nullptr));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return T(in.text("a string"));
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        return keep(in.text("a string"));
    } else if constexpr (std::is_same_v<T, const char *>) {
        return keep(in.text("a string")).c_str();
    } else if constexpr (is_optional<T>) {
        if (in.peek() != 'n') return read<typename T::value_type>(in);
        ++in.at;
        return std::nullopt;
    } else if constexpr (TupleLike<T>) {
        in.expect('l', "a list");
        if (in.size(';') != std::tuple_size_v<T>)
            throw Mismatch{"TypeError: a list of exactly " + std::to_string(std::tuple_size_v<T>) + " is taken"};
        if constexpr (is_array<T>) {
            T found{};
            for (auto &item : found) item = read<typename T::value_type>(in);
            return found;
        } else {
            return read_fields<T>(in, std::make_index_sequence<std::tuple_size_v<T>>{});
        }
    } else if constexpr (MapLike<T>) {
        in.expect('m', "a map");
        T found;
        for (std::size_t left = in.size(';'); left > 0; --left) {
            auto key = read<typename T::key_type>(in);
            found.emplace(std::move(key), read<typename T::mapped_type>(in));
        }
        return found;
    } else if constexpr (Container<T>) {
        in.expect('l', "a list");
        T found;
        for (std::size_t left = in.size(';'); left > 0; --left) found.insert(found.end(), read<typename T::value_type>(in));
        return found;
    } else {
        static_assert(never<T>, "the function takes a parameter of a type that plain data cannot be read into");
    }
}

// ------------------------------------------------------------------------------------------------ writing

inline void write_unit(std::string &out, unsigned unit) {
    constexpr char digits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[unit >> shift & 15];
}

inline void write_text(std::string &out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const unsigned char byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f) write_unit(out, byte);
            else out += text[i];
            ++i;
            continue;
        }
        const std::size_t more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 && byte < 0xf0 ? 2 : byte >= 0xc2 && byte < 0xe0 ? 1 : 0;
        unsigned point = more == 3 ? byte & 7 : more == 2 ? byte & 15 : byte & 31;
        std::size_t have = 0;
        while (more && have < more && i + have + 1 < text.size() && (text[i + have + 1] & 0xc0) == 0x80)
            point = point << 6 | (text[i + ++have] & 0x3f);
        const bool good = more && have == more && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000)
            && !(more == 2 && point < 0x800) && !(more == 3 && point < 0x10000);
        if (!good) {
            write_unit(out, 0xdc00 + byte);  // as Python keeps a byte that is no text
            ++i;
        } else if (point >= 0x10000) {
            write_unit(out, 0xd800 + ((point - 0x10000) >> 10));
            write_unit(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
            i += more + 1;
        } else {
            write_unit(out, point);
            i += more + 1;
        }
    }
    out += '"';
}

template <class T> void write_integer(std::string &out, T value) {
    unsigned __int128 size = static_cast<unsigned __int128>(value);
    const bool negative = value < 0;
    if (negative) size = -size;
    const bool large = size >> 62 != 0;
    if (large) out += "{\"\\u0000i\":\"";
    if (negative) out += '-';
    char digits[40];
    int count = 0;
    do digits[count++] = "0123456789abcdef"[static_cast<unsigned>(size % (large ? 16 : 10))];
    while (size /= large ? 16 : 10);
    if (large) out += "0x";
    while (count > 0) out += digits[--count];
    if (large) out += "\"}";
}

inline void write_float(std::string &out, double value) {
    if (!std::isfinite(value)) {
        out += std::isnan(value) ? "{\"\\u0000f\":\"nan\"}" : value > 0 ? "{\"\\u0000f\":\"inf\"}" : "{\"\\u0000f\":\"-inf\"}";
        return;
    }
    char text[40];
    const std::string_view shown(text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text));
    out += shown;
    if (shown.find_first_of(".e") == shown.npos) out += ".0";
}

template <class T> void write(std::string &out, const T &value);

template <class Range> void write_list(std::string &out, const Range &values) {
    out += '[';
    bool first = true;
    for (auto &&item : values) {
        if (!first) out += ',';
        first = false;
        write<typename Range::value_type>(out, item);
    }
    out += ']';
}

template <class T> void write(std::string &out, const T &value) {
    if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, char>) {
        write_text(out, {&value, 1});
    } else if constexpr (Integer<T>) {
        write_integer(out, value);
    } else if constexpr (std::is_floating_point_v<T>) {
        write_float(out, static_cast<double>(value));
    } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::monostate>) {
        out += "null";
    } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
        write_text(out, value);
    } else if constexpr (is_optional<T>) {
        if (value) write<typename T::value_type>(out, *value);
        else out += "null";
    } else if constexpr (is_variant<T>) {
        std::visit([&out](const auto &held) { write<std::remove_cvref_t<decltype(held)>>(out, held); }, value);
    } else if constexpr (TupleLike<T> && !is_array<T>) {
        out += "{\"\\u0000t\":[";
        std::apply([&out](const auto &...fields) {
            [[maybe_unused]] bool first = true;
            ((first ? void() : void(out += ','), first = false, write<std::remove_cvref_t<decltype(fields)>>(out, fields)), ...);
        }, value);
        out += "]}";
    } else if constexpr (MapLike<T> && Unique<T>) {
        out += "{\"\\u0000d\":[";
        bool first = true;
        for (const auto &[key, item] : value) {
            out += first ? "[" : ",[";
            first = false;
            write<typename T::key_type>(out, key);
            out += ',';
            write<typename T::mapped_type>(out, item);
            out += ']';
        }
        out += "]}";
    } else if constexpr (Unique<T>) {
        out += "{\"\\u0000s\":";
        write_list(out, value);
        out += '}';
    } else if constexpr (Container<T>) {
        write_list(out, value);
    } else {
        static_assert(never<T>, "the function returns a type that is not plain data");
    }
}

// ------------------------------------------------------------------------------------------------ calling

template <class R, class... A, class F, std::size_t... I>
void call(In &in, std::string &out, F &&function, std::index_sequence<I...>) {
    in.expect('l', "a list");
    if (const std::size_t given = in.size(';'); given != sizeof...(A))
        throw Mismatch{"TypeError: the function takes " + std::to_string(sizeof...(A)) + " arguments, not " + std::to_string(given)};
    [[maybe_unused]] std::tuple<std::remove_cvref_t<A>...> kept{read<std::remove_cvref_t<A>>(in)...};
    if constexpr (std::is_void_v<R>) {
        function(static_cast<A &&>(std::get<I>(kept))...);
        out += "null";
    } else {
        write<std::remove_cvref_t<R>>(out, function(static_cast<A &&>(std::get<I>(kept))...));
    }
}

template <class R, class... A> void enter(In &in, std::string &out, R (*function)(A...)) {
    call<R, A...>(in, out, function, std::index_sequence_for<A...>{});
}

template <class C, class R, class... A> void enter(In &in, std::string &out, R (C::*method)(A...)) {
    C object{};
    call<R, A...>(in, out, [&](A... args) -> R { return (object.*method)(static_cast<A &&>(args)...); }, std::index_sequence_for<A...>{});
}

template <class C, class R, class... A> void enter(In &in, std::string &out, R (C::*method)(A...) const) {
    C object{};
    call<R, A...>(in, out, [&](A... args) -> R { return (object.*method)(static_cast<A &&>(args)...); }, std::index_sequence_for<A...>{});
}

template <class F, class C, class R, class... A>
void enter_object(In &in, std::string &out, F &object, R (C::*)(A...)) {
    call<R, A...>(in, out, object, std::index_sequence_for<A...>{});
}

template <class F, class C, class R, class... A>
void enter_object(In &in, std::string &out, F &object, R (C::*)(A...) const) {
    call<R, A...>(in, out, object, std::index_sequence_for<A...>{});
}

template <class F> requires requires { &F::operator(); } void enter(In &in, std::string &out, F *object) {
    enter_object(in, out, *object, &F::operator());  // a lambda or std::function in a variable
}

inline void send(char kind, std::string_view body) {
    const std::size_t size = body.size() + 1;
    std::string message;
    for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(size >> shift);
    message += kind;
    message += body;
    for (std::size_t sent = 0; sent < message.size();) {
        const ssize_t more = ::write(3, message.data() + sent, message.size() - sent);
        if (more <= 0) break;
        sent += static_cast<std::size_t>(more);
    }
    _exit(0);
}

inline void fail(std::string &answer, std::string_view why) {
    answer = "{\"error\":";
    write_text(answer, why.substr(0, 300));
    answer += '}';
}

template <class Entry> void serve(Entry entry) {
    std::string input, out = "{\"calls\":[";
    char piece[65536];
    for (ssize_t more; (more = ::read(0, piece, sizeof piece)) > 0;) input.append(piece, static_cast<std::size_t>(more));
    In all{input.data(), input.data() + input.size()};
    while (all.at < all.end) {
        const std::size_t size = all.size(':');
        In in{all.at, all.at + size};
        all.at += size;
        std::string answer = "{\"ok\":";
        try {
            enter(in, answer, entry);
            answer += '}';
        } catch (const Mismatch &mismatch) {
            fail(answer, mismatch.why);
        } catch (const std::bad_alloc &) {
            send('M', "");
        } catch (const std::exception &error) {
            char *name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, nullptr);
            fail(answer, std::string(name ? name : "exception") + ": " + error.what());
        } catch (...) {
            fail(answer, "an exception of another type");
        }
        if (out.back() != '[') out += ',';
        out += answer;
    }
    send('V', out += "]}");
}

}  // namespace rlvr_calls
