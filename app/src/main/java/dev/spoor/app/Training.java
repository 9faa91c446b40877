package dev.spoor.app;

/**
 * Runs several commands in one process, so that the start-up cache of the {@code spoor} script
 * knows the classes of all of them. Each argument is a command line, its words separated by {@code
 * %}.
 */
final class Training {
    private Training() {}

    public static void main(String[] commands) {
        for (var command : commands) {
            Main.run(Main.surroundings(), command.split("%"));
        }
    }
}
