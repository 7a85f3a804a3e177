"""The demo: five contests with their people, told by `seeds.story` and done by the services of the rooms."""
